/** Sentences for the codes of the API, which come with the values that a sentence names. */
type Values = Readonly<Record<string, string | number>>;

export type Sentence = (values: Values) => string;

/** One sentence for every code of `T`: a `Reason` or a `Concern`. */
export type Sentences<T extends { code: string }> = Readonly<Record<T["code"], Sentence>>;
