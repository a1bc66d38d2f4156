/** The schemas of the API under short names. */
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Product = Schemas["Product"];
export type ProductDetails = Schemas["ProductDetails"];
export type Variants = Schemas["ProductVariants"];
export type SearchResult = Schemas["SearchResult"];
export type SharedTrait = Schemas["SharedTrait"];
export type WornLook = Schemas["WornLook"];
export type SearchResults = Schemas["SearchResults"];
export type SimilarItems = Schemas["SimilarItems"];
export type SuggestedItem = Schemas["SuggestedItem"];
export type CompatibleItems = Schemas["CompatibleItems"];
export type CategorySuggestions = Schemas["CategorySuggestions"];
export type ScoredOutfit = Schemas["ScoredOutfit"];
export type OutfitPiece = Schemas["OutfitPiece"];
export type OutfitPair = Schemas["OutfitPair"];
export type Measurement = Schemas["Measurement"];
export type CompatibilityBasis = Pick<ScoredOutfit, "calibrated" | "event" | "measured_on">;
export type Reason = Schemas["Reason"];
export type Concern = Schemas["Concern"];
export type CompletedOutfits = Schemas["CompletedOutfits"];
export type ItemPage = Schemas["ItemPage"];
export type FacetCounts = Schemas["FacetCounts"];
export type FacetBucket = Schemas["FacetBucket"];
export type FilterDescription = Schemas["FilterDescription"];
export type Info = Schemas["Info"];
export type OutfitRules = Schemas["OutfitRules"];
export type UploadLimits = Schemas["UploadLimits"];
export type Problem = Schemas["Problem"];
export type StyleMap = Schemas["StyleMap"];
export type MapPoint = Schemas["MapPoint"];
/** The widths, in pixels, that pictures are served in. */
export type ImageWidth = NonNullable<NonNullable<operations["getImage"]["parameters"]["query"]>["w"]>;
export type Report = Schemas["Report"];
export type ReportFile = Schemas["ReportFile"];
export type RecognisedCondition = Schemas["RecognisedCondition"];
export type SearchNotice = Schemas["SearchNotice"];
export type Garment = Schemas["WornGarment"];
export type Garments = Schemas["GarmentsLine"];
export type SessionState = Schemas["SessionState"];
export type Overview = Schemas["Overview"];
export type ApiKey = Schemas["KeyDescription"];
export type ImportJob = Schemas["ImportJob"];
export type Feed = Schemas["Feed"];
