/** The two answers, of the same size and look: refusing is as easy as agreeing. */
import { usePrivacyMessages } from "@/shared/i18n/privacy";
import { Button } from "@/shared/ui/button";
import { useChoose } from "./use-choose";

export function Answers() {
  const m = usePrivacyMessages();
  const { mutate, isPending, isError } = useChoose();
  return (
    <div>
      <div className="grid max-w-md grid-cols-2 gap-3">
        <Button variant="outline" disabled={isPending} onClick={() => mutate(NO)}>
          {m.refuse}
        </Button>
        <Button variant="outline" disabled={isPending} onClick={() => mutate(YES)}>
          {m.agree}
        </Button>
      </div>
      {isError && (
        <p role="alert" className="mt-3 text-accent">
          {m.failed}
        </p>
      )}
    </div>
  );
}

const YES = { measure: true, personalise: true, erase: false };
const NO = { measure: false, personalise: false, erase: false };
