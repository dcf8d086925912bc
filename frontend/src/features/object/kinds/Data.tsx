import { useState } from "react";
import type { SecretValue } from "../../../api/generated/wire.ts";
import { useConsole } from "../../../app/context.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { bytes } from "../../../ui/format.ts";
import type { Address } from "../address.ts";
import { at, pairs, text } from "../json.ts";
import { Fact, Folded, Section } from "../parts.tsx";

const sizeOf = (value: string) => new TextEncoder().encode(value).length;

export const sizeOfBase64 = (value: string) => Math.floor((value.replace(/=+$/, "").length * 3) / 4);

export function DataFacts({ holder }: { holder: unknown }) {
  return (
    <>
      <Fact name="Type">{text(holder, "type")}</Fact>
      <Fact name="Immutable">{at(holder, "immutable") === true ? "Yes" : null}</Fact>
    </>
  );
}

export function ConfigMapSection({ map }: { map: unknown }) {
  const data = pairs(map, "data");
  const binary = pairs(map, "binaryData");
  const keys = data.length + binary.length;
  return (
    <Section title="Data" note={keys > 0 ? keys : undefined}>
      {keys === 0 ? <p className="xs t3">No keys.</p> : null}
      {data.map(([key, value]) => (
        <Folded key={key} title={key} note={bytes(sizeOf(value))}>
          <div className="ob-value">
            <pre className="panel-j">{value}</pre>
            <CopyButton text={value} label={`Copy ${key}`} />
          </div>
        </Folded>
      ))}
      {binary.map(([key, value]) => (
        <div key={key} className="row ob-key">
          <span className="m el">{key}</span>
          <span className="t3 xs">{bytes(sizeOfBase64(value))}, binary</span>
        </div>
      ))}
    </Section>
  );
}

interface SecretProps {
  cluster: string;
  address: Address;
  /** Bytes by key. */
  sizes: Record<string, number>;
}

/** Keys and sizes. A value is asked for one by one, and forgotten with this drawer. */
export function SecretSection({ cluster, address, sizes }: SecretProps) {
  const keys = Object.keys(sizes).sort();
  return (
    <Section title="Data" note={keys.length > 0 ? keys.length : undefined}>
      {keys.length === 0 ? <p className="xs t3">No keys.</p> : null}
      {keys.map((key) => (
        <SecretKey key={key} cluster={cluster} address={address} name={key} size={sizes[key] ?? 0} />
      ))}
    </Section>
  );
}

interface KeyProps {
  cluster: string;
  address: Address;
  name: string;
  size: number;
}

function SecretKey({ cluster, address, name, size }: KeyProps) {
  const { rest } = useConsole();
  // In no cache: it lives as long as this line.
  const [value, setValue] = useState<SecretValue | null>(null);
  const [error, setError] = useState("");
  const [asking, setAsking] = useState(false);
  const reveal = () => {
    setAsking(true);
    setError("");
    rest
      .reveal(cluster, address, name)
      .then(setValue, (failure: Error) => setError(failure.message))
      .finally(() => setAsking(false));
  };
  return (
    <div className="ob-key">
      <div className="row">
        <span className="m el">{name}</span>
        <span className="t3 xs">{bytes(size)}</span>
        <span className="grow" />
        <button
          type="button"
          className="btn sm"
          aria-label={`${value === null ? "Reveal" : "Hide"} ${name}`}
          disabled={asking}
          onClick={() => (value === null ? reveal() : setValue(null))}
        >
          {value === null ? "Reveal" : "Hide"}
        </button>
      </div>
      {error ? (
        <p className="xs error" role="alert">
          {error}
        </p>
      ) : null}
      {value === null ? null : (
        <div className="ob-value">
          <pre className="panel-j">{value.value}</pre>
          <CopyButton text={value.value} label={`Copy the value of ${name}`} />
        </div>
      )}
      {value?.binary ? <p className="xs t3">It is no text: this is its base64.</p> : null}
    </div>
  );
}
