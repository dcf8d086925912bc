/** A network policy in words, as kubectl describes it. */

import { at, isObj, list, type Obj, text, words } from "../json.ts";
import { Fact, Facts, Section } from "../parts.tsx";
import { selectorText } from "./spoken.ts";

export function PolicySections({ policy }: { policy: unknown }) {
  const types = words(policy, "spec", "policyTypes");
  return (
    <>
      {types.includes("Ingress") ? (
        <Way title="Lets in" word="From" peers="from" rules={list(policy, "spec", "ingress")} />
      ) : null}
      {types.includes("Egress") ? (
        <Way title="Lets out" word="To" peers="to" rules={list(policy, "spec", "egress")} />
      ) : null}
    </>
  );
}

interface WayProps {
  title: string;
  word: string;
  peers: "from" | "to";
  rules: readonly Obj[];
}

function Way({ title, word, peers, rules }: WayProps) {
  return (
    <Section title={title} note={rules.length > 1 ? rules.length : undefined}>
      {rules.length === 0 ? <p className="xs t2">Nothing: the pods are isolated.</p> : null}
      {rules.map((rule) => (
        <div key={JSON.stringify(rule)} className="ob-rule">
          <Facts>
            <Fact name="Ports">{list(rule, "ports").map(portText).join(", ") || "any"}</Fact>
            <Fact name={word}>
              {list(rule, peers).length === 0
                ? "anywhere"
                : list(rule, peers).map((peer) => (
                    <span key={JSON.stringify(peer)} className="ob-each">
                      {peerText(peer)}
                    </span>
                  ))}
            </Fact>
          </Facts>
        </div>
      ))}
    </Section>
  );
}

function portText(one: Obj): string {
  const [from, to] = [text(one, "port"), text(one, "endPort")];
  return `${from || "any"}${to ? `-${to}` : ""}/${text(one, "protocol") || "TCP"}`;
}

/** `pods tier=front of namespaces team=shop`, `10.0.0.0/8 but not 10.1.0.0/16`. */
export function peerText(peer: unknown): string {
  const block = at(peer, "ipBlock");
  if (isObj(block)) {
    const but = words(block, "except");
    return `${text(block, "cidr")}${but.length > 0 ? ` but not ${but.join(", ")}` : ""}`;
  }
  const [pods, namespaces] = [at(peer, "podSelector"), at(peer, "namespaceSelector")];
  const which = isObj(pods) && selectorText(pods) ? `pods ${selectorText(pods)}` : "all pods";
  if (!isObj(namespaces)) return `${which} of this namespace`;
  return `${which} of ${selectorText(namespaces) ? `namespaces ${selectorText(namespaces)}` : "all namespaces"}`;
}
