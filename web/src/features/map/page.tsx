/** The catalogue as a map on which similar items are close together: as a picture, or as a table. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ApiError } from "@/api/problems";
import type { StyleMap } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { buttonClass } from "@/shared/ui/button";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { categoriesOf } from "./categories";
import { Chosen } from "./chosen";
import { Legend } from "./legend";
import type { MapParams } from "./params";
import { Picture } from "./picture";
import { mapQuery } from "./queries";
import { Table } from "./table";

const route = getRouteApi("/admin/map");

export function MapPage() {
  const m = useAdminMessages();
  const { data: map, error, failureReason, refetch } = useQuery(mapQuery);
  return (
    <>
      <PageHeading title={m.map.pageTitle} intro={m.map.intro} />
      <div className="mt-8">
        {error instanceof ApiError && error.status === 404 ? (
          <Notice icon="search" title={m.map.none.title} text={m.map.none.text} />
        ) : error ? (
          <ProblemNotice error={error} onRetry={() => refetch()} />
        ) : map ? (
          <LoadedMap map={map} />
        ) : (
          <>
            <WaitingNotice failure={failureReason} />
            <MapSkeleton />
          </>
        )}
      </div>
    </>
  );
}

function LoadedMap({ map: { points, method } }: { map: StyleMap }) {
  const m = useAdminMessages();
  const params = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: (old: MapParams) => MapParams) =>
    void navigate({ to: "/admin/map", search: next, resetScroll: false });
  const categories = useMemo(() => categoriesOf(points), [points]);
  const shown = params.category ?? [];
  const isTable = params.view === "table";
  const legend = (
    <Legend
      categories={categories}
      shown={shown}
      onToggle={(key) => change(({ page: _, ...old }) => ({ ...old, category: toggled(shown, key) }))}
    />
  );
  return (
    <div className="flex flex-col gap-6">
      <ViewSwitch isTable={isTable} />
      {isTable ? (
        <>
          {legend}
          <Table
            points={points}
            categories={categories}
            shown={shown}
            page={params.page ?? 1}
            onPage={(page) => change((old) => ({ ...old, page }))}
          />
        </>
      ) : (
        <div className="grid gap-6 lg:grid-cols-[1fr_15rem]">
          <div>
            <Picture
              points={points}
              categories={categories}
              shown={shown}
              chosen={params.item}
              onChoose={(item) => change(({ item: _, ...old }) => ({ ...old, ...(item !== undefined && { item }) }))}
            />
            <p className="mt-3 text-sm text-pretty text-muted">{m.map.howMade(method)}</p>
          </div>
          <div className="flex flex-col gap-8">
            <Chosen itemId={params.item} />
            {legend}
          </div>
        </div>
      )}
    </div>
  );
}

function ViewSwitch({ isTable }: { isTable: boolean }) {
  const m = useAdminMessages();
  const dress = (isCurrent: boolean) => buttonClass({ size: "sm", variant: isCurrent ? "solid" : "outline" });
  return (
    <nav aria-label={m.map.views} className="flex gap-2">
      <Link
        to="/admin/map"
        search={({ view: _, page: __, ...old }: MapParams) => old}
        aria-current={isTable ? undefined : "true"}
        className={dress(!isTable)}
      >
        {m.map.asPicture}
      </Link>
      <Link
        to="/admin/map"
        search={(old: MapParams) => ({ ...old, view: "table" as const })}
        aria-current={isTable ? "true" : undefined}
        className={dress(isTable)}
      >
        {m.map.asTable}
      </Link>
    </nav>
  );
}

function MapSkeleton() {
  return (
    <div className="flex flex-col gap-6">
      <Skeleton className="h-9 w-48" />
      <div className="grid gap-6 lg:grid-cols-[1fr_15rem]">
        <Skeleton className="h-[min(66vh,44rem)] min-h-80 rounded-xl" />
      </div>
    </div>
  );
}

function toggled(keys: readonly string[], key: string): string[] {
  return keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key];
}
