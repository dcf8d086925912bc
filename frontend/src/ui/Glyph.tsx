/** Status is a shape and a word; colour is extra. */
export type Status = "ok" | "progressing" | "warn" | "error" | "unknown" | "stale" | "closed";

interface Props {
  status: Status;
  /** The word for screen readers; leave it out where the word stands beside the glyph. */
  label?: string;
  size?: number;
}

export function Glyph({ status, label, size = 12 }: Props) {
  const named = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true as const };
  const colour = status === "closed" ? "t3" : status;
  return (
    <svg className={colour} width={size} height={size} viewBox="0 0 12 12" {...named}>
      <Shape status={status} />
    </svg>
  );
}

function Shape({ status }: { status: Status }) {
  switch (status) {
    case "ok":
      return <circle cx="6" cy="6" r="4" fill="currentColor" />;
    case "warn":
      return (
        <path
          d="M6 1.3 11 10.3H1z"
          fill="currentColor"
          stroke="currentColor"
          strokeWidth="1"
          strokeLinejoin="round"
        />
      );
    case "error":
      return (
        <>
          <path d="M3.800 1h4.400L11 3.800v4.400L8.200 11H3.800L1 8.200V3.800z" fill="currentColor" />
          <path
            d="m4.200 4.200 3.600 3.600m0-3.600-3.600 3.600"
            stroke="var(--qd-bg-1)"
            strokeWidth="1.4"
            strokeLinecap="round"
          />
        </>
      );
    case "progressing":
      return (
        <g fill="none" stroke="currentColor" strokeWidth="1.8">
          <circle cx="6" cy="6" r="4.2" opacity=".28" />
          <path className="spin" d="M6 1.8a4.2 4.2 0 0 1 4.2 4.200" strokeLinecap="round" />
        </g>
      );
    case "unknown":
      return <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />;
    case "stale":
      return (
        <>
          <circle
            cx="6"
            cy="6"
            r="4.200"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
            strokeDasharray="2 1.600"
          />
          <path d="M6 1.800a4.200 4.200 0 0 0 0 8.400z" fill="currentColor" />
        </>
      );
    case "closed":
      return <path d="M2.500 6h7" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />;
  }
}
