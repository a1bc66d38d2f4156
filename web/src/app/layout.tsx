/** The layout of every page: skip link, header with navigation and switches, content. */
import { Link, useLocation } from "@tanstack/react-router";
import { Suspense } from "react";
import { SearchBox } from "@/features/search/search-box";
import { ASKS_FOR_CONSENT } from "@/shared/events/asks";
import { useMessages } from "@/shared/i18n/language";
import { HAS_ACCOUNTS } from "@/shared/people/has";
import { BRAND } from "@/shared/theme/brand";
import { Icon, type IconName } from "@/shared/ui/icon";
import { LanguageSwitch } from "@/shared/ui/language-switch";
import { MainContent, SkipLink } from "@/shared/ui/main-content";
import { NAV_LINK } from "@/shared/ui/nav-link";
import { optional } from "@/shared/ui/optional";
import { ThemeSwitch } from "@/shared/ui/theme-switch";
import { OfflineNote } from "./offline-note";

/** Loaded only where the server asks for consent. */
const Consent = optional(() => import("./consent"));
const PhotoArrival = optional(() => import("./photo-arrival"));
/** Loaded only where the server has accounts. */
const People = optional(() => import("./people"));

export function Layout() {
  return (
    <>
      <SkipLink />
      <Header />
      <OfflineNote />
      <MainContent />
      {HAS_ACCOUNTS && (
        <Suspense>
          <People />
        </Suspense>
      )}
      {ASKS_FOR_CONSENT && (
        <Suspense>
          <Consent />
        </Suspense>
      )}
      <Arrival />
    </>
  );
}

/** The addresses that the installed shop is opened with by other apps, and from its icon: see the web manifest. */
function Arrival() {
  const hash = useLocation({ select: (location) => location.hash });
  if (hash !== "shared" && hash !== "camera") return null;
  return (
    <Suspense>
      <PhotoArrival isShared={hash === "shared"} />
    </Suspense>
  );
}

function Header() {
  const m = useMessages();
  return (
    <header className="border-b border-line print:hidden">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center justify-between px-4 pt-1 pb-1.5 sm:gap-x-6 sm:gap-y-1 sm:px-8 sm:pt-2 md:pb-0 lg:flex-nowrap lg:py-3">
        <Link
          to="/"
          className="inline-flex min-h-11 min-w-21 shrink-0 items-center whitespace-nowrap font-display text-[1.75rem] leading-tight tracking-tight italic"
        >
          <Brand />
        </Link>
        <nav
          aria-label={m.common.nav.label}
          className="min-w-0 grow basis-0 md:order-last md:-mx-3 md:w-full md:basis-auto lg:order-none lg:mx-0 lg:w-auto lg:grow-0"
        >
          <ul className="flex overflow-x-auto">
            <NavItem to="/" isSpare={HAS_ACCOUNTS} name={m.common.nav.search} />
            <NavItem to="/studio" name={m.common.nav.studio} />
            {HAS_ACCOUNTS && <NavItem to="/wishlist" name={m.common.nav.wishlist} icon="heart" />}
            {HAS_ACCOUNTS && <NavItem to="/account" name={m.common.nav.account} icon="person" />}
          </ul>
        </nav>
        <div className="order-last w-full md:order-none md:w-auto md:grow">
          <SearchBox />
        </div>
        <div className="flex shrink-0 items-center max-sm:-me-2 sm:gap-1">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}

function Brand() {
  const m = useMessages();
  if (BRAND.logo === undefined) return m.common.brand;
  return (
    <img
      {...BRAND.logo}
      alt={m.common.brand}
      className="h-7 w-auto max-w-21 object-contain object-left sm:h-9 sm:max-w-44"
    />
  );
}

type NavItemProps = {
  to: "/" | "/studio" | "/wishlist" | "/account";
  name: string;
  /** Stands for the name on a phone. */
  icon?: IconName;
  /** Left out on a phone: the brand leads there, too. */
  isSpare?: boolean;
};

function NavItem({ to, name, icon, isSpare = false }: NavItemProps) {
  return (
    <li className={isSpare ? "max-sm:hidden" : ""}>
      <Link
        to={to}
        activeOptions={{ exact: true, includeSearch: false }}
        className={`${NAV_LINK} ${icon ? "max-sm:min-w-11 max-sm:justify-center max-sm:aria-[current=page]:text-accent" : ""}`}
      >
        {icon && <Icon name={icon} className="size-5 sm:hidden" />}
        <span className={icon && "max-sm:sr-only"}>{name}</span>
      </Link>
    </li>
  );
}
