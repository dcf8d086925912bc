import { Menu } from "@mantine/core";
import { useState } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { cellValue } from "./columns.ts";
import { useNamespaces } from "./useNamespaces.ts";

interface Props {
  clusterKey: string;
  namespace: string;
  onChange: (namespace: string) => void;
}

export function NamespacePicker({ clusterKey, namespace, onChange }: Props) {
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
        {opened ? <Choices clusterKey={clusterKey} namespace={namespace} onChange={onChange} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices({ clusterKey, namespace, onChange }: Props) {
  const window = useNamespaces(clusterKey);
  const [text, setText] = useState("");
  const names = (window?.rows ?? [])
    .map((row) => String(cellValue(row, window?.columns ?? [], "name") ?? ""))
    .filter((name) => name.includes(text.toLowerCase()))
    .sort();
  const part = window?.parts[0];
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
      {part?.status === "forbidden" ? (
        <Menu.Label>You cannot list namespaces here; type the one you want.</Menu.Label>
      ) : null}
      {window !== null && !window.complete && part?.status !== "forbidden" ? (
        <Menu.Label>Still listing</Menu.Label>
      ) : null}
    </>
  );
}
