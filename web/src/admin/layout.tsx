/** The layout of `/admin`: who is signed in decides what is shown. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ROOT_PATH } from "@/api/root-path";
import { sessionQuery, signOut } from "@/api/session";
import { NoKeyPage, SignInPage } from "@/features/session/page";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button } from "@/shared/ui/button";
import { LanguageSwitch } from "@/shared/ui/language-switch";
import { MainContent, SkipLink } from "@/shared/ui/main-content";
import { NAV_LINK } from "@/shared/ui/nav-link";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { ThemeSwitch } from "@/shared/ui/theme-switch";

const PAGES = [
  { to: "/admin", name: "overview" },
  { to: "/admin/rules", name: "rules" },
  { to: "/admin/words", name: "words" },
  { to: "/admin/looks", name: "looks" },
  { to: "/admin/analytics", name: "analytics" },
  { to: "/admin/audit", name: "audit" },
  { to: "/admin/imports", name: "imports" },
  { to: "/admin/map", name: "map" },
  { to: "/admin/evaluation", name: "evaluation" },
  { to: "/admin/experiments", name: "experiments" },
] as const;

export function AdminLayout() {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const isIn = session?.state === "signed-in";
  return (
    <>
      <SkipLink />
      <Header isIn={isIn} />
      {isIn ? (
        <MainContent />
      ) : (
        <MainContent>
          {session &&
            (session.state === "no-key" && !session.accounts ? <NoKeyPage /> : <SignInPage session={session} />)}
          {!session && error && <ProblemNotice error={error} onRetry={() => refetch()} />}
          {!session && !error && <Skeleton className="h-64 w-full" />}
        </MainContent>
      )}
    </>
  );
}

function Header({ isIn }: { isIn: boolean }) {
  const m = useAdminMessages();
  return (
    <header className="border-b border-line">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 pt-2 sm:px-8">
        <Link to="/admin" className="inline-flex min-h-11 items-center gap-2 whitespace-nowrap">
          <span className="font-display text-[1.75rem] leading-tight tracking-tight italic">{m.common.brand}</span>
          <span className="rounded-full bg-wash px-2.5 py-0.5 text-sm">{m.admin.name}</span>
        </Link>
        <div className="flex items-center gap-1">
          <LanguageSwitch />
          <ThemeSwitch />
          {isIn && <SignOut />}
        </div>
        {isIn && <Navigation />}
      </div>
    </header>
  );
}

function Navigation() {
  const m = useAdminMessages();
  return (
    <nav aria-label={m.admin.nav.label} className="-mx-3 w-full">
      <ul className="flex overflow-x-auto">
        {PAGES.map(({ to, name }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: true, includeSearch: false }} className={NAV_LINK}>
              {m.admin.nav[name]}
            </Link>
          </li>
        ))}
        <li>
          <a href={`${ROOT_PATH}/`} className={`whitespace-nowrap ${NAV_LINK}`}>
            {m.admin.nav.shop}
          </a>
        </li>
      </ul>
    </nav>
  );
}

function SignOut() {
  const m = useAdminMessages();
  const queryClient = useQueryClient();
  async function leave() {
    await signOut();
    await queryClient.invalidateQueries(sessionQuery);
    const [session] = sessionQuery.queryKey;
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== session }); // what was seen leaves the tab
  }
  return (
    <Button variant="quiet" size="sm" onClick={() => void leave()}>
      {m.admin.signOut}
    </Button>
  );
}
