/** Short messages at the edge of the screen: `showToast("Link copied")`; those with an action stay until it is taken. */
import { Suspense, useEffect, useState } from "react";
import { optional } from "./optional";
import { onToast } from "./waiting-toasts";

export { showToast } from "./waiting-toasts";

const ToastList = optional(() => import("./toast-list"));
const LOADED_AFTER_MS = 4000; // before most messages: a screen reader has to know the region that they appear in

export function Toasts() {
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLoaded(true), LOADED_AFTER_MS);
    const forget = onToast(() => setLoaded(true));
    return () => {
      clearTimeout(timer);
      forget();
    };
  }, []);
  return isLoaded ? (
    <Suspense>
      <ToastList />
    </Suspense>
  ) : null;
}
