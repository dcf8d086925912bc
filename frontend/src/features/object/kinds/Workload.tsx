import { at, list, pairs, text, whole } from "../json.ts";
import { Chips, Fact, Facts, Section } from "../parts.tsx";
import { Containers } from "./Containers.tsx";
import { containersOf } from "./containers.ts";
import { JobFacts, ScheduleFacts } from "./Job.tsx";
import { Scheduling, Volumes } from "./PodSpec.tsx";
import { ClaimTemplates, SetFacts } from "./StatefulSet.tsx";
import { expressionText, leaves } from "./spoken.ts";

const COUNTS: [string, string[]][] = [
  ["in all", ["replicas"]],
  ["placed", ["currentNumberScheduled"]],
  ["updated", ["updatedReplicas", "updatedNumberScheduled"]],
  ["ready", ["readyReplicas", "numberReady"]],
  ["available", ["availableReplicas", "numberAvailable"]],
  ["unavailable", ["unavailableReplicas", "numberUnavailable"]],
];

/** Of its annotations: nothing else has them. */
const REVISION = "deployment.kubernetes.io/revision";
const CAUSE = "kubernetes.io/change-cause";

/** Deployments, sets and jobs alike: how many there are of how many, and how they are replaced. */
export function WorkloadFacts({ workload }: { workload: unknown }) {
  const wanted = whole(workload, "spec", "replicas") ?? whole(workload, "status", "desiredNumberScheduled");
  const told = COUNTS.flatMap(([word, fields]) => {
    const value = fields.map((field) => whole(workload, "status", field)).find((one) => one !== null);
    return value === undefined ? [] : [`${value} ${word}`];
  });
  const behind =
    (whole(workload, "metadata", "generation") ?? 0) >
    (whole(workload, "status", "observedGeneration") ?? Infinity);
  const ready = whole(workload, "spec", "minReadySeconds") ?? 0;
  const late = text(workload, "spec", "progressDeadlineSeconds");
  return (
    <>
      <Fact name="Replicas">
        {wanted === null && told.length === 0
          ? null
          : `${wanted === null ? "" : `${wanted} wanted; `}${told.join(", ") || "none"}`}
      </Fact>
      <Fact name="Observed">{behind ? "An older generation: its controller has not caught up." : null}</Fact>
      <Fact name="Strategy">{strategyOf(workload)}</Fact>
      <Fact name="Paused">{at(workload, "spec", "paused") === true ? "Yes" : null}</Fact>
      <Fact name="Revision">{text(workload, "metadata", "annotations", REVISION)}</Fact>
      <Fact name="Change cause">{text(workload, "metadata", "annotations", CAUSE)}</Fact>
      <Fact name="Min ready">{ready > 0 ? `${ready} s` : ""}</Fact>
      <Fact name="Progress deadline">{late ? `${late} s` : ""}</Fact>
      <SetFacts set={workload} />
      <JobFacts job={workload} />
      <ScheduleFacts cronjob={workload} />
    </>
  );
}

function strategyOf(workload: unknown): string {
  const strategy = at(workload, "spec", "strategy") ?? at(workload, "spec", "updateStrategy");
  const rolled = leaves(at(strategy, "rollingUpdate"));
  return `${text(strategy, "type")}${rolled.length > 0 ? ` (${rolled.join(", ")})` : ""}`;
}

export function WorkloadSections({ workload }: { workload: unknown }) {
  const template =
    at(workload, "spec", "template") ?? at(workload, "spec", "jobTemplate", "spec", "template");
  const selector = pairs(workload, "spec", "selector", "matchLabels");
  const plain =
    selector.length > 0 ? selector : pairs(workload, "spec", "selector").filter(([, value]) => value !== "");
  const expressions = list(workload, "spec", "selector", "matchExpressions").map(expressionText);
  const selected = [...plain.map(([key, value]) => `${key}=${value}`), ...expressions];
  return (
    <>
      {selected.length > 0 ? (
        <Section title="Selector">
          <Chips values={selected} what="labels" />
        </Section>
      ) : null}
      <Template
        template={template}
        namespace={text(workload, "metadata", "namespace")}
        labels={labelsOf(workload)}
      />
      <ClaimTemplates set={workload} />
    </>
  );
}

const labelsOf = (object: unknown) =>
  pairs(object, "metadata", "labels").map(([key, value]) => `${key}=${value}`);

interface TemplateProps {
  template: unknown;
  namespace: string;
  /** Of the workload itself: jobs give their pods the very same. */
  labels: readonly string[];
}

/** The pods that it makes. */
function Template({ template, namespace, labels: own }: TemplateProps) {
  const spec = at(template, "spec");
  const labels = labelsOf(template);
  const alike = labels.length > 1 && labels.every((one) => own.includes(one));
  const notes = pairs(template, "metadata", "annotations").map(([key, value]) => `${key}=${value}`);
  const security = leaves(at(spec, "securityContext"));
  const containers = containersOf(template);
  if (containers.length === 0) return null;
  return (
    <>
      <Section title="Template">
        <Facts>
          <Fact name="Labels">
            {alike ? "As its own, above" : labels.length > 0 ? <Chips values={labels} what="labels" /> : null}
          </Fact>
          <Fact name="Annotations">
            {notes.length > 0 ? <Chips values={notes} what="annotations" /> : null}
          </Fact>
          <Fact name="Service account">{text(spec, "serviceAccountName")}</Fact>
          <Fact name="Priority class">{text(spec, "priorityClassName")}</Fact>
          <Fact name="Runtime class">{text(spec, "runtimeClassName")}</Fact>
          <Fact name="Network">{at(spec, "hostNetwork") === true ? "of the node" : ""}</Fact>
          <Fact name="Security">
            {security.length > 0 ? <Chips values={security} what="settings" /> : null}
          </Fact>
        </Facts>
        <Containers items={containers} namespace={namespace} planned />
      </Section>
      <Volumes spec={spec} namespace={namespace} />
      <Scheduling spec={spec} />
    </>
  );
}
