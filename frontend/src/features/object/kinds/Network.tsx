/** Endpoint slices and ingresses: which way leads where. */

import { at, isObj, list, type Obj, text, words } from "../json.ts";
import { Heads, Named, Section } from "../parts.tsx";
import type { Groups } from "./index.tsx";

export function SliceSections({ slice }: { slice: unknown }) {
  const namespace = text(slice, "metadata", "namespace");
  const endpoints = list(slice, "endpoints");
  const ports = list(slice, "ports").map((one) => {
    const name = text(one, "name");
    const number = text(one, "port");
    return `${name ? `${name} ` : ""}${number ? `${number}/${text(one, "protocol") || "TCP"}` : "any"}`;
  });
  if (endpoints.length === 0) return null;
  return (
    <Section title="Endpoints" note={ports.length > 0 ? `at ${ports.join(", ")}` : endpoints.length}>
      <table className="ob-tab">
        <Heads left={["Address", "Of", "Ready"]} />
        <tbody>
          {endpoints.map((one) => (
            <tr key={words(one, "addresses").join(" ")}>
              <td className="mono ob-wrap">{words(one, "addresses").join(", ")}</td>
              <td className="ob-wrap">
                <Target one={at(one, "targetRef")} namespace={namespace} />
                <div className="xs t3">
                  {text(one, "nodeName") ? (
                    <>
                      on <Named kind="Node" namespace="" name={text(one, "nodeName")} />{" "}
                    </>
                  ) : null}
                  {text(one, "zone") ? `in ${text(one, "zone")} ` : null}
                  {text(one, "hostname") ? `as ${text(one, "hostname")}` : null}
                </div>
              </td>
              <td className="t2 ob-wrap">{readiness(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Target({ one, namespace }: { one: unknown; namespace: string }) {
  if (!isObj(one)) return null;
  return (
    <Named
      kind={text(one, "kind")}
      namespace={text(one, "namespace") || namespace}
      name={text(one, "name")}
    />
  );
}

/** Nothing said means ready (discovery/v1, EndpointConditions). */
function readiness(endpoint: Obj): string {
  const says = (name: string) => at(endpoint, "conditions", name);
  const ready = says("ready") === false ? "no" : "yes";
  if (says("terminating") !== true) return ready;
  return `${ready}, terminating${says("serving") === true ? ", still serves" : ""}`;
}

interface IngressProps {
  ingress: unknown;
  groups: Groups;
}

export function IngressSections({ ingress, groups }: IngressProps) {
  const namespace = text(ingress, "metadata", "namespace");
  const fallback = at(ingress, "spec", "defaultBackend");
  const paths = list(ingress, "spec", "rules").flatMap((rule) => {
    const found = list(rule, "http", "paths");
    return (found.length > 0 ? found : [{}]).map((path) => ({ host: text(rule, "host") || "*", path }));
  });
  const certificates = list(ingress, "spec", "tls");
  return (
    <>
      {paths.length > 0 || isObj(fallback) ? (
        <Section title="Rules">
          <table className="ob-tab">
            <Heads left={["Host", "Path", "Backend"]} />
            <tbody>
              {paths.map(({ host, path }) => (
                <tr key={`${host} ${text(path, "path")}`}>
                  <td className="ob-wrap">{host}</td>
                  <td className="ob-wrap">
                    <span className="mono">{text(path, "path")}</span>
                    <div className="xs t3">{text(path, "pathType")}</div>
                  </td>
                  <td className="ob-wrap">
                    <Backend one={at(path, "backend")} namespace={namespace} groups={groups} />
                  </td>
                </tr>
              ))}
              {isObj(fallback) ? (
                <tr>
                  <td colSpan={2} className="t2">
                    All else
                  </td>
                  <td className="ob-wrap">
                    <Backend one={fallback} namespace={namespace} groups={groups} />
                  </td>
                </tr>
              ) : null}
            </tbody>
          </table>
        </Section>
      ) : null}
      {certificates.length > 0 ? (
        <Section title="TLS">
          <table className="ob-tab">
            <tbody>
              {certificates.map((one) => (
                <tr key={`${text(one, "secretName")} ${words(one, "hosts").join(" ")}`}>
                  <td className="ob-wrap">{words(one, "hosts").join(", ") || "all hosts"}</td>
                  <td className="ob-wrap">
                    {text(one, "secretName") ? (
                      <Named kind="Secret" namespace={namespace} name={text(one, "secretName")} />
                    ) : (
                      <span className="t3">the controller's own</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      ) : null}
    </>
  );
}

interface BackendProps {
  one: unknown;
  namespace: string;
  groups: Groups;
}

/** A service that is not there is said so, once the services were looked for. */
function Backend({ one, namespace, groups }: BackendProps) {
  const service = text(one, "service", "name");
  if (service === "")
    return `${text(one, "resource", "kind")} ${text(one, "resource", "name")}`.trim() || "none";
  const port = text(one, "service", "port", "name") || text(one, "service", "port", "number");
  const found = groups("services");
  const missing = found !== null && !found.some(({ name }) => name === service);
  return (
    <>
      <Named kind="Service" namespace={namespace} name={service} />
      <span className="mono t2">:{port}</span>
      {missing ? <div className="xs error">There is no such service.</div> : null}
    </>
  );
}
