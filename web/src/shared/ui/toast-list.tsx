import { Toast } from "@base-ui/react/toast";
import { useEffect } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "./icon";
import { onToast, takeToasts } from "./waiting-toasts";

const manager = Toast.createToastManager();

function showWaiting(): void {
  for (const { title, action } of takeToasts())
    manager.add(
      action ? { title, timeout: 0, actionProps: { children: action.text, onClick: action.onClick } } : { title },
    );
}

/** Shows what `showToast` was given. */
export default function ToastList() {
  useEffect(() => {
    showWaiting();
    return onToast(showWaiting);
  }, []);
  return (
    <Toast.Provider toastManager={manager} timeout={5000}>
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-4 bottom-4 z-60 mx-auto flex max-w-sm flex-col gap-2 sm:inset-x-auto sm:end-6 sm:bottom-6 sm:w-sm max-sm:[:has([data-bottom-bar])_&]:bottom-18 print:hidden">
          <AllToasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function AllToasts() {
  const m = useMessages();
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-xl bg-ink text-paper shadow-lg transition data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-center justify-between gap-3 py-2 pe-2 ps-4">
        <Toast.Title className="grow font-medium" />
        <Toast.Action className="min-h-11 rounded-full px-3 font-medium underline underline-offset-4" />
        <Toast.Close className="grid size-11 place-items-center rounded-full" aria-label={m.common.close}>
          <Icon name="close" className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
