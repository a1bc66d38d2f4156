/** The frame of the small pages: a heading, an introduction, and a form in the middle. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageHeading } from "@/shared/ui/page-heading";

export function Frame({ title, intro = "", children }: { title: string; intro?: string; children: ReactNode }) {
  return (
    <div className="mx-auto max-w-md">
      <PageHeading title={title} intro={intro} />
      {children}
    </div>
  );
}

type Page =
  | "/account"
  | "/account/sign-in"
  | "/account/sign-up"
  | "/account/forgot"
  | "/wishlist"
  | "/history"
  | "/studio";

export function PageLink({ to, children }: { to: Page; children: ReactNode }) {
  return (
    <Link to={to} className="inline-flex min-h-11 items-center underline underline-offset-4 hover:text-accent">
      {children}
    </Link>
  );
}
