import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useClusters, useConsole } from "../../app/context.tsx";

/** What opening would run and read, before it does: for files that are neither in KUBECONFIG nor in ~/.kube/config. */
export function ConsentDialog({ clusterKey, onClose }: { clusterKey: string; onClose: () => void }) {
  const console_ = useConsole();
  const view = useClusters((state) => state.views.get(clusterKey));
  const asked = useQuery({
    queryKey: ["consent", clusterKey],
    queryFn: () => console_.rest.consentOf(clusterKey),
    staleTime: 0,
    gcTime: 0,
  });
  const [problem, setProblem] = useState("");
  const name = view?.name ?? clusterKey;
  const agree = async (digest: string) => {
    try {
      await console_.rest.consent(clusterKey, digest);
      console_.open([clusterKey]);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The console refused it.");
      void asked.refetch();
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Open ${name}?`}
      size={560}
      centered
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <p className="t2 consent-p">
        <code>{view?.source}</code> is not one of your own kubeconfig files. Opening this cluster will use:
      </p>
      <dl className="dl consent-l">
        {asked.data?.items.map((item, at) => (
          // An argument may be given twice, and none moves.
          <div key={at} className="dl-r">
            <dt>{item.kind}</dt>
            <dd className="mono">{item.value}</dd>
          </div>
        ))}
      </dl>
      {asked.isPending ? <p className="t3">Reading what it would use.</p> : null}
      {asked.isError ? <p className="error">{asked.error.message}</p> : null}
      {problem ? <p className="error">{problem}</p> : null}
      <div className="row consent-b">
        <span className="grow t3 xs">You are asked again when any of it changes.</span>
        <button type="button" className="btn" onClick={onClose}>
          Do not open
        </button>
        <button
          type="button"
          className="btn pri"
          disabled={asked.data === undefined}
          onClick={() => asked.data && void agree(asked.data.digest)}
        >
          Consent and open
        </button>
      </div>
    </Modal>
  );
}
