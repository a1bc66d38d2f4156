/** The frame around the query, a photo or an item, with the link to the studio. */
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { useFocusWhenLost } from "./use-focus-when-lost";

/** Takes the focus when the `subject` changes while nothing else has it. */
export function QuerySection({
  label,
  subject,
  children,
}: {
  label: string;
  subject: string | number;
  children: ReactNode;
}) {
  const section = useRef<HTMLElement>(null);
  useFocusWhenLost(section, subject);
  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-label={label}
      className="button-row outline-none mb-0.5! items-center lg:mb-6! lg:flex-col lg:items-stretch lg:gap-4"
    >
      {children}
    </section>
  );
}

export function BuildOutfit({ search }: { search: { item: string[] } | { photo: string } }) {
  const m = useMessages();
  return (
    <Link
      to="/studio"
      search={search}
      className={`lg:text-start lg:leading-tight ${buttonClass({ variant: "accent", size: "sm" })}`}
    >
      <Icon name="hanger" className="size-4.5" />
      {m.search.buildOutfit}
    </Link>
  );
}
