/** The wishlist, and the products that were seen before. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountQuery } from "@/api/account";
import { useAccountMessages } from "@/shared/i18n/account";
import { usePeopleMessages } from "@/shared/i18n/people";
import { clear, useIds } from "@/shared/people/lists";
import { Button, buttonClass } from "@/shared/ui/button";
import { Notice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { showToast } from "@/shared/ui/toasts";
import { Products } from "./products";

export function WishlistPage() {
  const m = useAccountMessages();
  const ids = useIds("wishlist");
  const { data } = useQuery(accountQuery);
  return (
    <>
      <PageHeading title={m.wishlist.title} intro={ids.length > 0 ? m.products(ids.length) : ""} />
      {data?.state === "signed-out" && (
        <p className="mt-2 text-muted">
          {m.wishlist.where}{" "}
          <Link to="/account/sign-in" className="underline underline-offset-4">
            {m.signIn.title}
          </Link>
        </p>
      )}
      {ids.length === 0 ? (
        <Nothing title={m.wishlist.none.title} text={m.wishlist.none.text} />
      ) : (
        <Products ids={ids} label={m.wishlist.title} />
      )}
    </>
  );
}

export function HistoryPage() {
  const m = useAccountMessages();
  const { failed } = usePeopleMessages();
  const ids = useIds("history");
  return (
    <>
      <PageHeading title={m.history.title} intro={ids.length > 0 ? m.products(ids.length) : ""} />
      {ids.length > 0 && (
        <Button
          variant="outline"
          size="sm"
          className="mt-4"
          onClick={() => void clear("history").catch(() => showToast(failed))}
        >
          {m.history.clear}
        </Button>
      )}
      {ids.length === 0 ? (
        <Nothing title={m.history.none.title} text={m.history.none.text} />
      ) : (
        <Products ids={ids} label={m.history.title} />
      )}
    </>
  );
}

function Nothing({ title, text }: { title: string; text: string }) {
  const m = useAccountMessages();
  return (
    <Notice icon="heart" title={title} text={text}>
      <Link to="/" className={buttonClass()}>
        {m.toSearch}
      </Link>
    </Notice>
  );
}
