import { Link } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Notice } from "@/shared/ui/notice";

export function NotFound() {
  const m = useMessages();
  return (
    <>
      <title>{`${m.common.notFound.title} · ${m.common.brand}`}</title>
      <h1 className="sr-only">{m.common.notFound.title}</h1>
      <Notice icon="search" title={m.common.notFound.title} text={m.common.notFound.text}>
        <Link to="/" className={buttonClass({ variant: "outline" })}>
          {m.common.notFound.home}
        </Link>
      </Notice>
    </>
  );
}
