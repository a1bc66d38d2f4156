/** The start of an outfit: a photo, or any item of the shop. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Product } from "@/api/types";
import { categoryName, titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { usePhoto } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { MiniPhoto } from "./mini-photo";
import { shopQuery, startersQuery } from "./queries";
import { SavedList } from "./saved-list";
import { useChangeStudio } from "./use-params";
import { useWardrobe } from "./with-wardrobe";

export function Start({ isPhotoLost }: { isPhotoLost: boolean }) {
  const m = useMessages();
  const change = useChangeStudio();
  return (
    <>
      <PageHeading title={m.studio.pageTitle} intro={m.studio.start.intro} />
      <section aria-labelledby="from-photo" className="mt-8">
        <h2 id="from-photo" className="mb-3 text-2xl sm:text-3xl">
          {m.studio.start.photo}
        </h2>
        {isPhotoLost && (
          <p role="status" className="mb-3 rounded-lg bg-blush px-4 py-3 text-accent">
            {m.studio.start.photoLost}
          </p>
        )}
        <HeldPhoto />
        <PhotoTarget onChosen={() => change({ photo: "1" })} />
      </section>
      <SavedList />
      <FromShop />
    </>
  );
}

/** Offers the photo that the person has searched with. */
function HeldPhoto() {
  const m = useMessages();
  const { photo } = usePhoto();
  if (photo === undefined) return null;
  return (
    <Link
      to="/studio"
      search={{ photo: "1" }}
      className="mb-3 flex items-center gap-4 rounded-xl border border-line bg-surface p-3 hover:border-edge"
    >
      <span className="w-14 shrink-0">
        <MiniPhoto product={null} photo={photo} />
      </span>
      <span className="font-medium text-accent underline underline-offset-4">{m.studio.start.held}</span>
    </Link>
  );
}

function FromShop() {
  const m = useMessages();
  const { inOrder } = useWardrobe();
  const [chosen, setChosen] = useState("");
  const shop = useQuery(shopQuery);
  const categories = inOrder(shop.data ?? []);
  const category = chosen || (categories.includes("all-body") ? "all-body" : (categories[0] ?? ""));
  const starters = useQuery(startersQuery(category));
  const error = shop.error ?? starters.error;
  const isEmpty = shop.data?.length === 0;
  return (
    <section aria-labelledby="from-shop" className="mt-12">
      <h2 id="from-shop" className="text-2xl sm:text-3xl">
        {m.studio.start.item}
      </h2>
      <fieldset className="mt-3 mb-6 flex min-h-11 flex-wrap gap-2">
        <legend className="sr-only">{m.studio.start.department}</legend>
        {categories.map((name) => (
          <Department key={name} name={name} isChosen={name === category} onChoose={() => setChosen(name)} />
        ))}
      </fieldset>
      {error ? (
        <ProblemNotice error={error} onRetry={() => (shop.error ? shop.refetch() : starters.refetch())} />
      ) : isEmpty ? (
        <Notice icon="search" title={m.studio.alternatives.nothingTitle} />
      ) : starters.data ? (
        <ItemGrid label={m.studio.start.item}>
          {starters.data.map((item) => (
            <ItemCard key={item.item_id} product={item} actions={<BuildLink item={item} />} />
          ))}
        </ItemGrid>
      ) : (
        <>
          <WaitingNotice failure={shop.failureReason ?? starters.failureReason} />
          <ItemGridSkeleton />
        </>
      )}
    </section>
  );
}

function Department({ name, isChosen, onChoose }: { name: string; isChosen: boolean; onChoose: () => void }) {
  const m = useMessages();
  return (
    <label className="inline-flex min-h-11 items-center rounded-full border border-edge px-3.5 text-sm font-medium transition hover:bg-wash has-checked:border-ink has-checked:bg-ink has-checked:text-paper has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <input type="radio" name="department" checked={isChosen} onChange={onChoose} className="sr-only" />
      {categoryName(name, m)}
    </label>
  );
}

function BuildLink({ item }: { item: Product }) {
  const m = useMessages();
  return (
    <Link
      to="/studio"
      search={{ item: [item.item_id] }}
      aria-label={m.studio.start.buildOf(titleOf(item, m))}
      className={`relative z-10 mt-2 self-start ${buttonClass({ variant: "outline", size: "sm" })}`}
    >
      <Icon name="hanger" className="size-4" />
      {m.studio.start.build}
    </Link>
  );
}
