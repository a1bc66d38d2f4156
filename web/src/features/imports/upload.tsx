/** The form that sends a feed; it can be cancelled while it is on its way. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Busy } from "@/shared/ui/busy";
import { buttonClass } from "@/shared/ui/button";
import { keep, startImport } from "./queries";

const KINDS = ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.xml,.gz,.zip,.parquet";

export function Upload() {
  const m = useAdminMessages();
  const words = m.imports.upload;
  const id = useId();
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const way = useRef<AbortController>(null);
  const [file, setFile] = useState<File>();
  const [isMissing, setMissing] = useState(false);
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: startImport,
    onSuccess: (job) => {
      keep(queryClient, job);
      setFile(undefined);
      form.current?.reset();
    },
  });
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setMissing(file === undefined);
    if (file === undefined) return;
    way.current = new AbortController();
    const prune = new FormData(event.currentTarget).has("prune");
    mutate({ file, prune, signal: way.current.signal });
  }
  const isCancelled = error?.name === "AbortError";
  return (
    <form ref={form} onSubmit={send} aria-labelledby={`${id}-title`} className="flex max-w-2xl flex-col gap-3">
      <h2 id={`${id}-title`} className="text-3xl">
        {words.title}
      </h2>
      <label htmlFor={`${id}-file`}>{words.file}</label>
      <input
        id={`${id}-file`}
        type="file"
        accept={KINDS}
        onChange={(event) => {
          setFile(event.target.files?.[0]);
          setMissing(false);
          reset();
        }}
        aria-describedby={isMissing ? `${id}-missing` : undefined}
        className="min-h-11 w-full rounded-lg border border-edge bg-surface p-2 text-sm file:me-3 file:min-h-7 file:cursor-pointer file:rounded-full file:bg-wash file:px-4 file:text-ink"
      />
      {isMissing && (
        <p id={`${id}-missing`} role="alert" className="text-sm text-accent">
          {words.none}
        </p>
      )}
      <label className="flex min-h-11 items-center gap-2.5">
        <input type="checkbox" name="prune" className="size-4.5 shrink-0 accent-accent" />
        {words.prune}
      </label>
      {isPending && file ? (
        <Busy text={words.sending(file.name)} onCancel={() => way.current?.abort()} />
      ) : (
        <button type="submit" className={`self-start ${buttonClass()}`}>
          {words.submit}
        </button>
      )}
      {error && !isCancelled && (
        <p role="alert" className="text-accent">
          {words.refused(error.message)}
        </p>
      )}
    </form>
  );
}
