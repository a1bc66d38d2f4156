import { Link } from "@tanstack/react-router";
import { useAdminMessages } from "@/shared/i18n/admin";
import { buttonClass } from "@/shared/ui/button";
import { Notice } from "@/shared/ui/notice";

export function AdminNotFound() {
  const m = useAdminMessages();
  return (
    <>
      <title>{`${m.common.notFound.title} · ${m.common.brand}`}</title>
      <h1 className="sr-only">{m.common.notFound.title}</h1>
      <Notice icon="search" title={m.common.notFound.title} text={m.common.notFound.text}>
        <Link to="/admin" className={buttonClass({ variant: "outline" })}>
          {m.admin.nav.overview}
        </Link>
      </Notice>
    </>
  );
}
