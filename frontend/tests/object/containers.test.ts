import { describe, expect, it } from "vitest";
import { containersOf, containersOfRow, troubleOf } from "../../src/features/object/kinds/containers.ts";

const POD = {
  spec: {
    containers: [
      {
        name: "web",
        image: "web:1",
        resources: { requests: { cpu: "250m", memory: "384Mi" }, limits: { memory: "512Mi" } },
        ports: [{ containerPort: 80 }],
        readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5, failureThreshold: 3 },
        volumeMounts: [{ mountPath: "/data", name: "data", readOnly: true }],
      },
    ],
    initContainers: [{ name: "migrate" }, { name: "mesh", restartPolicy: "Always" }],
    ephemeralContainers: [{ name: "debug" }],
  },
  status: {
    containerStatuses: [
      {
        name: "web",
        ready: false,
        restartCount: 14,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-01-01T00:00:00Z" } },
      },
    ],
    initContainerStatuses: [{ name: "mesh", ready: true, state: { running: {} } }],
  },
};

describe("containers of a pod", () => {
  it("come with their roles, states and how they ended before", () => {
    const [web, migrate, mesh, debug] = containersOf(POD);
    expect([web?.role, migrate?.role, mesh?.role, debug?.role]).toEqual([
      "container",
      "init",
      "sidecar",
      "ephemeral",
    ]);
    expect(web).toMatchObject({
      restarts: 14,
      state: "waiting",
      reason: "CrashLoopBackOff",
      ports: ["80/TCP"],
    });
    expect(web?.last).toMatchObject({ exitCode: 137, reason: "OOMKilled", at: 1_767_225_600 });
    expect(web?.resources).toEqual([
      { name: "cpu", request: "250m", limit: "" },
      { name: "memory", request: "384Mi", limit: "512Mi" },
    ]);
    expect(web?.probes).toEqual([
      { name: "readiness", what: "http-get :http/ready every 5 s, fails after 3" },
    ]);
    expect(web?.mounts).toEqual([{ path: "/data", from: "data", notes: "read-only" }]);
  });

  it("say what is wrong, and why", () => {
    const [web, , mesh] = containersOf(POD);
    expect(web && troubleOf(web)).toBe(
      "web ran out of memory at its limit of 512Mi and was killed. It was restarted 14 times.",
    );
    expect(mesh && troubleOf(mesh)).toBeNull();
  });

  it("are none of what is no pod, and those of the row before it is read", () => {
    for (const odd of [null, "x", { spec: { containers: "x" } }, { spec: 3 }])
      expect(containersOf(odd)).toEqual([]);
    const row = [
      { name: "a", role: "init" },
      { name: "b", state: "terminated", exit_code: 2, reason: "Error" },
    ];
    const [first, second] = containersOfRow(JSON.stringify(row));
    expect([first?.name, second?.name]).toEqual(["b", "a"]);
    expect(first && troubleOf(first)).toBe("b ended with exit code 2 (Error).");
    expect(containersOfRow("{")).toEqual([]);
  });
});
