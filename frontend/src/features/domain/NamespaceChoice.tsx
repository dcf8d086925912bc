import { Choice } from "../../ui/Choice.tsx";

interface Props {
  names: readonly string[] | undefined;
  value: string;
  choose: (name: string | undefined) => void;
}

/** One of the namespaces that an answer is of, or all of them. */
export function NamespaceChoice({ names = [], value, choose }: Props) {
  return (
    <Choice
      label="Namespace"
      value={value}
      every="All namespaces"
      options={names.map((name) => [name, name])}
      choose={choose}
    />
  );
}
