/** The person's photo; in its place a sign where this browser cannot open what the server can. */
import { type ComponentProps, useState } from "react";
import { Icon } from "@/shared/ui/icon";

export function OwnPhoto({ alt, className = "", ...rest }: ComponentProps<"img">) {
  const [broken, setBroken] = useState<string>();
  if (broken !== undefined && broken === rest.src) {
    const role = alt ? { role: "img", "aria-label": alt } : { "aria-hidden": true };
    return (
      <span {...role} className={`grid min-h-11 place-items-center bg-frame text-[#655f57]/50 ${className}`}>
        <Icon name="photo" className="size-8" />
      </span>
    );
  }
  return <img alt={alt} className={className} {...rest} onError={() => setBroken(rest.src)} />;
}
