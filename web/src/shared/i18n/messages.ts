/** The type of every language's catalogue: the keys of the English one. */
import type { en } from "./en";
import type { account } from "./en/account";
import type { operator } from "./en/operator";
import type { people } from "./en/people";
import type { privacy } from "./en/privacy";

type Words<T> = T extends string ? string : T extends (...args: infer A) => string ? (...args: A) => string : Nested<T>;
type Nested<T> = { readonly [K in keyof T]: Words<T[K]> };

export type Messages = Nested<typeof en>;

export type AdminMessages = Nested<typeof operator>;

export type PeopleMessages = Nested<typeof people>;

export type AccountMessages = Nested<typeof account>;

export type PrivacyMessages = Nested<typeof privacy>;
