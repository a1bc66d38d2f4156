/** A product in a grid; a screen reader hears its title first, then the rest, and where to go from it. */
import { Link } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import type { Product, Why } from "@/api/types";
import { departmentOf, notInTitle, shopUrl, titleOf } from "@/shared/format/product";
import { severalVariants, variantsInWords } from "@/shared/format/variants";
import { useMessages } from "@/shared/i18n/language";
import { HAS_ACCOUNTS } from "@/shared/people/has";
import { Icon, type IconName } from "./icon";
import { ItemPhoto } from "./item-photo";
import { optional } from "./optional";
import { Price } from "./price";
import { Skeleton } from "./skeleton";

type Trial = { experiment: string; variant: string };

/** For the events of the page. */
const trialData = (trial: Trial | undefined) =>
  trial && { "data-experiment": trial.experiment, "data-variant": trial.variant };

/** Loaded only where the server has accounts. */
const CardTools = optional(() => import("@/shared/people/card-tools"));
const WhyNote = optional(() => import("@/shared/people/why-note"));

type ItemCardProps = {
  product: Product;
  /** Which of its pictures is shown. */
  picture?: number;
  /** Why it is shown: a `<Similarity>`, or other content of the feature. */
  note?: ReactNode;
  /** Why a personal ranking moved it. */
  why?: readonly Why[] | undefined;
  /** The experiment that it was shown in, and whose it was there. */
  trial?: Trial | undefined;
  /** Below the card, instead of the two links on its photo; `null` for none. */
  actions?: ReactNode;
  eager?: boolean;
  /** Heading level: 2 directly below the page's heading. */
  level?: 2 | 3;
};

export function ItemCard({ product, picture = 0, note, why, trial, actions, eager = false, level = 3 }: ItemCardProps) {
  const Title = level === 2 ? "h2" : "h3";
  const m = useMessages();
  const variants = severalVariants(product);
  const others = notInTitle(product, [product.brand, product.category || departmentOf(product, m)]);
  return (
    <article className="group relative flex h-full flex-col" data-item-id={product.item_id} {...trialData(trial)}>
      <div className="mt-1 flex grow flex-col text-sm sm:mt-2">
        <Title className="line-clamp-1 sm:line-clamp-2 font-medium font-sans leading-snug tracking-normal">
          <Link
            to="/item/$itemId"
            params={{ itemId: product.item_id }}
            className="after:absolute after:inset-0 after:rounded-lg hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent"
          >
            {titleOf(product, m)}
          </Link>
        </Title>
        {others.length > 0 && (
          <p className={`truncate text-muted ${note ? "max-sm:hidden" : ""}`}>{others.join(" · ")}</p>
        )}
        <Price product={product} className="min-h-5">
          {variants && <span aria-hidden="true"> · </span>}
          {variants && <span className="text-muted">{variantsInWords(variants, m)}</span>}
        </Price>
        {note}
        {HAS_ACCOUNTS && why && why.length > 0 && (
          <Suspense>
            <WhyNote why={why} />
          </Suspense>
        )}
        {actions}
      </div>
      <div className="relative order-first">
        <ItemPhoto
          product={product}
          picture={picture}
          eager={eager}
          className="transition-opacity group-hover:opacity-90"
        />
        {actions === undefined && <CardLinks product={product} />}
        {actions === undefined && HAS_ACCOUNTS && (
          <Suspense>
            <CardTools product={product} />
          </Suspense>
        )}
      </div>
    </article>
  );
}

/** On the photo: always there for a finger; for a mouse on the card that it points at. */
function CardLinks({ product }: { product: Product }) {
  const m = useMessages();
  return (
    <div className="pointer-events-none absolute inset-x-1 bottom-1 z-10 flex justify-end transition-opacity *:pointer-events-auto pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100">
      <Buy product={product} />
      <CardLink search={{ like: product.item_id }} icon="similar" name={m.common.card.moreLike} product={product} />
      <CardLink search={{ with: product.item_id }} icon="hanger" name={m.common.card.goesWith} product={product} />
    </div>
  );
}

type CardLinkProps = { search: { like: string } | { with: string }; icon: IconName; name: string; product: Product };

function CardLink({ search, icon, name, product }: CardLinkProps) {
  return (
    <Link to="/" search={search} title={name} className={TARGET}>
      <Round icon={icon} />
      <span className="sr-only">
        {name}: {titleOf(product, useMessages())}
      </span>
    </Link>
  );
}

/** The way to the shop's page of the product, where it has one. */
function Buy({ product }: { product: Product }) {
  const m = useMessages();
  const url = shopUrl(product);
  if (url === undefined) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" title={m.item.buy} className={`me-auto ${TARGET}`}>
      <Round icon="bag" />
      <span className="sr-only">
        {m.item.buy}: {titleOf(product, m)} ({m.item.buyNewTab})
      </span>
    </a>
  );
}

const TARGET = "group/target grid size-9 place-items-center pointer-coarse:size-11";

function Round({ icon }: { icon: IconName }) {
  return (
    <span className="grid size-8 place-items-center rounded-full bg-surface/90 text-ink shadow-sm group-hover/target:text-accent">
      <Icon name={icon} className="size-4.5" />
    </span>
  );
}

/** As high as a card with `lines` of words below its photo. */
export function ItemCardSkeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className="flex h-full flex-col">
      <Skeleton className="aspect-4/5 w-full rounded-lg" />
      <div className="mt-1 flex flex-col sm:mt-2">
        {Array.from({ length: lines }, (_, at) => (
          <div key={at} className="flex h-5 items-center">
            <Skeleton className={`h-3.5 ${WIDTHS[at % WIDTHS.length]}`} />
          </div>
        ))}
      </div>
    </div>
  );
}

const WIDTHS = ["w-11/12", "w-2/3", "w-1/3", "w-1/2"] as const;
