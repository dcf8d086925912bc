import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { NetworkAnswer, NetworkRow } from "../../api/generated/wire.ts";
import { networkLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { plural } from "../../ui/format.ts";
import { Figures } from "../domain/Figures.tsx";
import { SectionedView, type SectionWords } from "../domain/SectionedView.tsx";
import { useDomain } from "../domain/useDomain.ts";

const MOST = 300;
const WORDS: Readonly<Record<string, SectionWords>> = {
  services: { short: "Services", title: "Services without enough ready endpoints" },
  balancers: { short: "Balancers", title: "Load balancers without an address" },
  backends: { short: "Backends", title: "Ingresses and routes that lead nowhere" },
  hosts: { short: "Hosts", title: "Hosts that several ingresses claim" },
  policies: { short: "Policies", title: "Network policies that select nothing" },
  namespaces: { short: "Namespaces", title: "Namespaces with pods and no policy" },
};

export function NetworkScreen() {
  const search = useSearch({ from: "/network" });
  const navigate = useNavigate();
  const { on, ns = "", part = "", q = "" } = search;
  const keys = useMemo(() => keysOf(on), [on]);
  const asked = JSON.stringify(search);
  const answered = useDomain("network", keys, asked, (rest) =>
    rest.network({ keys, namespace: ns, section: part, text: q, limit: MOST }),
  );
  return (
    <SectionedView<NetworkRow>
      title="Network"
      said="What reaches nothing in the open clusters, and what nothing rules"
      search={search}
      go={(more) => void navigate({ ...networkLink(more), replace: true })}
      asked={asked}
      answered={answered}
      words={WORDS}
      fine="Nothing is amiss in the network"
      figures={answered.answer === null ? null : <Services answer={answered.answer} />}
      extra={extraOf}
      to={(row) => {
        const [first] = row.objects;
        return first === undefined ? undefined : { resource: row.resource, ...first };
      }}
    />
  );
}

function extraOf(row: NetworkRow): string {
  if (row.objects.length > 0) return plural(row.objects.length, "ingress", "ingresses");
  return row.endpoints === null || row.endpoints === 0 ? "" : `${row.ready ?? 0}/${row.endpoints} ready`;
}

function Services({ answer: { services, sections, parts } }: { answer: NetworkAnswer }) {
  // Without endpoint slices it is known which there are, and not how they stand.
  const told = sections.find((section) => section.name === "services")?.clusters ?? 0;
  const known = (value: number, clusters: number) => (clusters > 0 ? value : null);
  const note = told < parts.length ? `with their endpoints in ${told} of ${parts.length} clusters` : "";
  return (
    <Figures
      label="Services"
      note={note}
      figures={[
        { title: "All", status: null, value: known(services.total, services.clusters) },
        { title: "Ready", status: "ok", value: known(services.ready, told) },
        { title: "Partly ready", status: "warn", value: known(services.partly, told) },
        { title: "Not ready", status: "error", value: known(services.not_ready, told) },
        { title: "No endpoints", status: "warn", value: known(services.none, told) },
        { title: "Outside names", status: "closed", value: known(services.external, told) },
        {
          title: "Waiting for an address",
          status: "progressing",
          value: known(services.pending, services.clusters),
        },
      ]}
    />
  );
}
