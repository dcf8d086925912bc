export function SelectionScreen() {
  return <main id="main" className="screen" />;
}
