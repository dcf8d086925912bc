/** What a role grants, and what a webhook is asked about. */

import { at, list, type Obj, text, words } from "../json.ts";
import { Fact, Facts, Heads, Named, Section } from "../parts.tsx";
import { selectorText } from "./spoken.ts";

export function RoleSections({ role }: { role: unknown }) {
  const rules = list(role, "rules");
  const collected = list(role, "aggregationRule", "clusterRoleSelectors").map(selectorText);
  return (
    <>
      {collected.length > 0 ? (
        <Section title="Collects the rules of">
          {collected.map((one) => (
            <div key={one} className="xs mono ob-wrap">
              {one || "all cluster roles"}
            </div>
          ))}
        </Section>
      ) : null}
      {rules.length > 0 ? (
        <Section title="Rules" note={rules.length > 1 ? rules.length : undefined}>
          <table className="ob-tab">
            <Heads left={["On", "May"]} />
            <tbody>
              {rules.map((rule) => (
                <tr key={JSON.stringify(rule)}>
                  <td className="ob-wrap">
                    {things(rule).map((one) => (
                      <div key={one}>{one}</div>
                    ))}
                    {words(rule, "resourceNames").length > 0 ? (
                      <div className="xs t3">named {words(rule, "resourceNames").join(", ")} alone</div>
                    ) : null}
                  </td>
                  <td className="mono ob-wrap">{words(rule, "verbs").join(" ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      ) : null}
    </>
  );
}

/** `jobs.batch`, as kubectl names them; paths as they are. */
function things(rule: Obj): string[] {
  const groups = words(rule, "apiGroups");
  const resources = words(rule, "resources").flatMap((name) =>
    (groups.length > 0 ? groups : [""]).map((group) => (group === "" ? name : `${name}.${group}`)),
  );
  return [...resources, ...words(rule, "nonResourceURLs")];
}

export function WebhookSections({ configuration }: { configuration: unknown }) {
  return list(configuration, "webhooks").map((hook) => {
    const name = text(hook, "name");
    return (
      <Section key={name} title={name}>
        <Facts>
          <Fact name="Calls">
            <Callee client={at(hook, "clientConfig")} />
          </Fact>
          <Fact name="About">
            {list(hook, "rules").map((rule) => (
              <span key={JSON.stringify(rule)} className="ob-each">
                {askedText(rule)}
              </span>
            ))}
          </Fact>
          <Fact name="Namespaces">{selectorText(at(hook, "namespaceSelector"))}</Fact>
          <Fact name="Objects">{selectorText(at(hook, "objectSelector"))}</Fact>
          <Fact name="Conditions">
            {list(hook, "matchConditions")
              .map((one) => text(one, "expression"))
              .join("; ")}
          </Fact>
          <Fact name="If it fails">{text(hook, "failurePolicy")}</Fact>
          <Fact name="Timeout">
            {text(hook, "timeoutSeconds") ? `${text(hook, "timeoutSeconds")} s` : ""}
          </Fact>
          <Fact name="Matches">{text(hook, "matchPolicy")}</Fact>
          <Fact name="Side effects">{text(hook, "sideEffects")}</Fact>
          <Fact name="Called again">{text(hook, "reinvocationPolicy")}</Fact>
        </Facts>
      </Section>
    );
  });
}

function Callee({ client }: { client: unknown }) {
  const name = text(client, "service", "name");
  const namespace = text(client, "service", "namespace");
  if (name === "") return <span className="mono ob-wrap">{text(client, "url")}</span>;
  return (
    <>
      <Named kind="Service" namespace={namespace} name={name} />{" "}
      <span className="t3">
        of {namespace}, port {text(client, "service", "port") || "443"}
        {text(client, "service", "path") ? `, ${text(client, "service", "path")}` : ""}
      </span>
    </>
  );
}

/** `CREATE, UPDATE of gears.judged.example`. */
function askedText(rule: Obj): string {
  const versions = words(rule, "apiVersions").filter((one) => one !== "*");
  const scope = text(rule, "scope");
  const notes = [
    versions.length > 0 ? `version ${versions.join(", ")}` : "",
    scope && scope !== "*" ? scope : "",
  ].filter(Boolean);
  const of = things(rule).join(", ");
  return `${words(rule, "operations").join(", ")} of ${of}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
}
