/** Why a request of the account failed, as the words for it are named. */
import { ApiError } from "@/api/problems";
import type { AccountMessages } from "@/shared/i18n/messages";

type Failure = keyof AccountMessages["problems"];

const KNOWN: readonly Failure[] = [
  "wrong-credentials",
  "invalid-link",
  "wrong-password",
  "not-confirmed",
  "invalid-parameter",
  "rate-limited",
  "mail-off",
  "provider-failed",
];

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return "other";
  if (error.kind === "offline" || error.kind === "unreachable") return "offline";
  return KNOWN.find((one) => one === error.code) ?? "other";
}
