/** The fields that several forms have. */
import { useAccountMessages } from "@/shared/i18n/account";
import type { FieldSpec } from "./form";

const MIN_PASSWORD_CHARS = 10;

export function useFields() {
  const m = useAccountMessages();
  const secret = { type: "password" } as const;
  return {
    email: { name: "email", label: m.email, type: "email", autoComplete: "username" },
    password: { ...secret, name: "password", label: m.password, autoComplete: "current-password" },
    present: { ...secret, name: "password", label: m.presentPassword, autoComplete: "current-password" },
    chosen: {
      ...secret,
      name: "new_password",
      label: m.newPassword,
      autoComplete: "new-password",
      hint: m.passwordHint,
      minLength: MIN_PASSWORD_CHARS,
    },
  } satisfies Record<string, FieldSpec>;
}
