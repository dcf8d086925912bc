export function ClusterScreen() {
  return <main id="main" className="screen" />;
}
