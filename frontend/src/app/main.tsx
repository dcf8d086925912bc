import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/CloseButton.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Menu.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";
import "../ui/tokens.css";
import "../ui/mantine.css";
import "../ui/base.css";
import "../ui/controls.css";
import "../features/frame/frame.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { createRest } from "../api/rest.ts";
import { forgetToken, launchToken, redeem, storedToken, whenLetIn } from "../api/session.ts";
import { Console } from "../state/console.ts";
import type { Socket } from "../state/stream.ts";
import { ConsoleProvider } from "./context.tsx";
import { Gate, type Why } from "./Gate.tsx";
import { router } from "./router.tsx";
import { applyTheme, mantineTheme, useResolvedTheme } from "./theme.ts";

function connect(): Socket {
  const url = new URL("/api/v1/stream", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url) as unknown as Socket;
}

function Providers({ children }: { children: React.ReactNode }) {
  const scheme = useResolvedTheme() === "light" ? "light" : "dark";
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
      env="default"
    >
      {children}
    </MantineProvider>
  );
}

/** Nothing is shown until there is a token; a window that is let in lets this one in too, where it is. */
function waitAtGate(root: Root, why: Why): void {
  root.render(
    <StrictMode>
      <Providers>
        <Gate why={why} />
      </Providers>
    </StrictMode>,
  );
  whenLetIn(localStorage, (token) => enter(root, token));
}

function enter(root: Root, token: string): void {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });
  const left = new AbortController();
  const onUnauthorized = () => {
    if (left.signal.aborted) return;
    left.abort();
    console_.stop();
    forgetToken(localStorage, token);
    const newer = storedToken(localStorage);
    if (newer === null) waitAtGate(root, "restarted");
    else enter(root, newer);
  };
  const rest = createRest({ token: () => token, onUnauthorized });
  const console_ = new Console({ rest, connect, token: () => token, onUnauthorized, shelf: localStorage });
  console_.start();
  const retryNow = () => console_.retryNow();
  window.addEventListener("online", retryNow, left);
  window.addEventListener("storage", (event) => console_.columns.changedOutside(event.key), left);
  document.addEventListener("visibilitychange", () => document.hidden || retryNow(), left);
  root.render(
    <StrictMode>
      <Providers>
        <QueryClientProvider client={queries}>
          <ConsoleProvider value={console_} key={token}>
            <RouterProvider router={router} />
          </ConsoleProvider>
        </QueryClientProvider>
      </Providers>
    </StrictMode>,
  );
}

async function start(): Promise<void> {
  applyTheme();
  const element = document.getElementById("root");
  if (element === null) throw new Error("index.html has no #root");
  const root = createRoot(element);
  const launch = launchToken(location.hash);
  if (launch !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    const fresh = await redeem(launch, localStorage).catch(() => null);
    if (fresh === null && storedToken(localStorage) === null) {
      waitAtGate(root, "used");
      return;
    }
  }
  const token = storedToken(localStorage);
  if (token === null) waitAtGate(root, "new");
  else enter(root, token);
}

void start();
