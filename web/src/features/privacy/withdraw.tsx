/** Changes what was agreed to, one by one, or withdraws all of it, with or without what was stored so far. */
import { useState } from "react";
import type { ConsentState } from "@/api/types";
import { usePrivacyMessages } from "@/shared/i18n/privacy";
import { Button } from "@/shared/ui/button";
import { useChoose } from "./use-choose";

export function Withdraw({ state }: { state: ConsentState }) {
  const m = usePrivacyMessages();
  const { mutate, isPending, isError } = useChoose();
  const [isErased, setErased] = useState(true);
  const { measure = false, personalise = false } = state;
  return (
    <div className="grid gap-2">
      <Choice
        label={m.measure}
        isOn={measure}
        onChange={(isOn) => mutate({ measure: isOn, personalise, erase: false })}
      />
      <Choice
        label={m.personalise}
        isOn={personalise}
        onChange={(isOn) => mutate({ measure, personalise: isOn, erase: false })}
      />
      <div className="mt-4 grid gap-2 border-t border-line pt-4">
        <Choice label={m.erase} isOn={isErased} onChange={setErased} />
        <Button
          variant="outline"
          className="justify-self-start"
          disabled={isPending}
          onClick={() => mutate({ measure: false, personalise: false, erase: isErased })}
        >
          {m.withdraw}
        </Button>
      </div>
      {isError && (
        <p role="alert" className="text-accent">
          {m.failed}
        </p>
      )}
    </div>
  );
}

type ChoiceProps = { label: string; isOn: boolean; onChange: (isOn: boolean) => void };

function Choice({ label, isOn, onChange }: ChoiceProps) {
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input
        type="checkbox"
        className="size-5 shrink-0 accent-accent"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
