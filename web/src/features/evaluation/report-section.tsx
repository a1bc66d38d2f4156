/** One published report: what was measured and when, by which command, the figures, pictures and files. */
import type { Report, ReportFile } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { Command } from "@/shared/ui/command";
import { Icon } from "@/shared/ui/icon";
import { formatDay, headingOf } from "./cells";
import { MetricsTable } from "./metrics-table";

export function ReportSection({ report }: { report: Report }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const pictures = report.files.filter((file) => file.media_type === "image/png");
  const others = report.files.filter((file) => file.media_type !== "image/png");
  return (
    <article aria-labelledby={`report-${report.name}`} className="flex flex-col gap-4">
      <div>
        <h2 id={`report-${report.name}`} className="text-3xl">
          {report.title || report.name}
        </h2>
        <p className="mt-1 text-sm text-muted">{m.evaluation.madeOn(formatDay(report.date, language))}</p>
      </div>
      {report.rows.length > 0 && <MetricsTable report={report} />}
      {pictures.map((file) => (
        <Picture key={file.name} file={file} report={report} />
      ))}
      <div className="text-sm">
        <p className="text-muted">{m.evaluation.madeBy}</p>
        <Command text={report.command} />
      </div>
      {others.length > 0 && (
        <ul className="flex flex-wrap gap-x-6">
          {others.map((file) => (
            <li key={file.name}>
              <FileLink file={file} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Picture({ file, report }: { file: ReportFile; report: Report }) {
  const m = useAdminMessages();
  const name = headingOf(file.name.replace(/\.png$/, "").replaceAll("-", "_"));
  return (
    <figure>
      <a href={file.url} target="_blank" rel="noreferrer" aria-label={m.evaluation.enlarge(name)} className="block">
        <img
          src={file.url}
          alt={m.evaluation.pictureOf(name, report.title)}
          loading="lazy"
          className="max-h-[44rem] w-full rounded-lg border border-line bg-frame object-contain"
        />
      </a>
      <figcaption className="mt-2 text-sm text-muted">{name}</figcaption>
    </figure>
  );
}

function FileLink({ file }: { file: ReportFile }) {
  const m = useAdminMessages();
  const label = file.media_type === "text/html" ? m.evaluation.wholePage : m.evaluation.rawFigures;
  return (
    <a
      href={file.url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex min-h-11 items-center gap-1.5 text-sm text-accent hover:underline"
    >
      {label} <span className="text-muted">({file.name})</span>
      <Icon name="external" className="size-4" />
    </a>
  );
}
