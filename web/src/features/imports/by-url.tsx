/** The form that names a feed by its address, which the server fetches where its operator allows that. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import { overviewQuery } from "@/api/overview";
import { useAdminMessages } from "@/shared/i18n/admin";
import { buttonClass } from "@/shared/ui/button";
import { keep, startImportByUrl } from "./queries";

export function ByUrl() {
  const m = useAdminMessages();
  const words = m.imports.byUrl;
  const id = useId();
  const { data, isError } = useQuery(overviewQuery);
  return (
    <section aria-labelledby={id} className="flex max-w-2xl flex-col gap-3">
      <h2 id={id} className="text-3xl">
        {words.title}
      </h2>
      {data?.import_urls === false && <p role="status">{words.off("DEEPSTYLE_IMPORT_URLS=true")}</p>}
      {(data?.import_urls || isError) && <Form />}
    </section>
  );
}

function Form() {
  const m = useAdminMessages();
  const words = m.imports.byUrl;
  const id = useId();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: startImportByUrl,
    onSuccess: (job) => keep(queryClient, job),
  });
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const wanted = new FormData(form);
    mutate({ url: String(wanted.get("url")).trim(), prune: wanted.has("prune") }, { onSuccess: () => form.reset() });
  }
  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <label htmlFor={id}>{words.address}</label>
      <input
        id={id}
        name="url"
        type="url"
        required
        maxLength={2000}
        pattern="https?://.+"
        title={words.wrong}
        autoComplete="off"
        className="min-h-11 w-full rounded-lg border border-edge bg-surface px-3 placeholder:text-muted"
      />
      <label className="flex min-h-11 items-center gap-2.5">
        <input type="checkbox" name="prune" className="size-4.5 shrink-0 accent-accent" />
        {m.imports.upload.prune}
      </label>
      <button type="submit" disabled={isPending} className={`self-start ${buttonClass({ variant: "outline" })}`}>
        {words.submit}
      </button>
      {error && (
        <p role="alert" className="text-accent">
          {m.imports.upload.refused(error.message)}
        </p>
      )}
    </form>
  );
}
