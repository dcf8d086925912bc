import { Menu } from "@mantine/core";
import { useState } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { cellValue } from "./columns.ts";
import { useNamespaces } from "./useNamespaces.ts";

interface Props {
  clusters: readonly string[];
  namespace: string;
  onChange: (namespace: string) => void;
}

export function NamespacePicker({ clusters, namespace, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <Menu
      position="bottom-start"
      width={260}
      opened={opened}
      onChange={setOpened}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <button type="button" className="btn cl-ns" title="Namespace">
          <Icon name="layers" small />
          <span className="grow el">{namespace === "*" ? "All namespaces" : namespace}</span>
          <Icon name="down" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {opened ? <Choices clusters={clusters} namespace={namespace} onChange={onChange} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices({ clusters, namespace, onChange }: Props) {
  const window = useNamespaces(clusters);
  const [text, setText] = useState("");
  const all = (window?.rows ?? []).map((row) => String(cellValue(row, window?.columns ?? [], "name") ?? ""));
  const names = [...new Set(all)].filter((name) => name.includes(text.toLowerCase())).sort();
  const forbidden = window?.parts.some((part) => part.status === "forbidden") === true;
  const typed = text !== "" && !names.includes(text) ? text : null;
  return (
    <>
      <label className="inp cl-ns-f">
        <Icon name="search" small />
        <input
          type="text"
          aria-label="Find a namespace"
          placeholder="Find a namespace"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <Menu.Item
        onClick={() => onChange("*")}
        rightSection={namespace === "*" ? <span className="acc">✓</span> : null}
      >
        All namespaces
      </Menu.Item>
      <Menu.Divider />
      {names.map((name) => (
        <Menu.Item
          key={name}
          onClick={() => onChange(name)}
          rightSection={namespace === name ? <span className="acc">✓</span> : null}
        >
          {name}
        </Menu.Item>
      ))}
      {typed ? <Menu.Item onClick={() => onChange(typed)}>Use “{typed}”</Menu.Item> : null}
      {forbidden ? (
        <Menu.Label>
          You cannot list namespaces {clusters.length > 1 ? "in all of these clusters" : "here"}; type the one
          you want.
        </Menu.Label>
      ) : null}
      {window !== null && !window.complete && !forbidden ? <Menu.Label>Still listing</Menu.Label> : null}
    </>
  );
}
