import type { ReactNode } from "react";
import type { Product } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { priceInWords } from "@/shared/format/variants";
import { useLanguage, useMessages } from "@/shared/i18n/language";

type PriceProps = {
  product: Product;
  className?: string;
  /** Behind it, in the same line. */
  children?: ReactNode;
};

/** What a product costs; beside a lower price, what it costs regularly. */
export function Price({ product, className = "", children }: PriceProps) {
  const m = useMessages();
  const language = useLanguage();
  const { price, regular_price: regular } = product;
  const isLower = price !== null && regular !== null && price < regular;
  return (
    <p className={`truncate tabular-nums ${className}`}>
      <span className={isLower ? "font-medium text-accent" : ""}>{priceInWords(product, language)}</span>
      {isLower && (
        <s className="ms-1.5 text-[0.85em] text-muted">
          <span className="sr-only">{m.common.card.regularPrice} </span>
          {formatPrice(regular, product.currency, language)}
        </s>
      )}
      {children}
    </p>
  );
}
