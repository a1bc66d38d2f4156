/** Why a write was refused, in the server's words; a change of somebody else in ours. */
import { ApiError } from "@/api/problems";
import { useAdminMessages } from "@/shared/i18n/admin";

export function DeskProblem({ error }: { error: Error | null }) {
  const m = useAdminMessages();
  if (error === null) return null;
  const isChanged = error instanceof ApiError && error.code === "changed";
  return (
    <p role="alert" className="mt-3 text-accent">
      {isChanged ? m.merchandising.changed : m.merchandising.refused(error.message)}
    </p>
  );
}
