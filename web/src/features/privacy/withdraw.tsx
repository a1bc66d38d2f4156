/** Changes what was agreed to, one by one, or withdraws all of it, with or without what was stored so far. */
import { useState } from "react";
import type { ConsentState } from "@/api/types";
import { usePrivacyMessages } from "@/shared/i18n/privacy";
import { Button } from "@/shared/ui/button";
import { useChoice } from "./use-choose";

export function Withdraw({ state }: { state: ConsentState }) {
  const m = usePrivacyMessages();
  const { shown, isPending, error, change } = useChoice(state);
  const [isErased, setErased] = useState(true);
  return (
    <div className="grid gap-2">
      <Choice
        label={m.measure}
        isOn={shown.measure}
        onChange={(isOn) => change({ ...shown, measure: isOn, erase: false })}
      />
      <Choice
        label={m.personalise}
        isOn={shown.personalise}
        onChange={(isOn) => change({ ...shown, personalise: isOn, erase: false })}
      />
      <div className="mt-4 grid gap-2 border-t border-line pt-4">
        <Choice label={m.erase} isOn={isErased} onChange={setErased} />
        <Button
          variant="outline"
          className="justify-self-start"
          disabled={isPending}
          onClick={() => change({ measure: false, personalise: false, erase: isErased })}
        >
          {m.withdraw}
        </Button>
      </div>
      {error && (
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
