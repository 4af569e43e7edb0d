import type { Picture, RuleName } from 'deconvnet';
import type { Box, Likeness, ProjectedClass, RandomPart } from 'deconvnet/studies';
import type { Drawing } from './protocol';
import type { StudiedPicture } from './protocol-studies';

/** Checks what the projections of one activation depend on. */
export interface SanityRequest {
  readonly picture: StudiedPicture;
  readonly layer: string;
  readonly featureMap: number;
  readonly rules: readonly RuleName[];
  /** How many networks with random layers there are, at most. */
  readonly steps: number;
  readonly seed: number;
  readonly drawing: Omit<Drawing, 'zoom'>;
}

/** A projection by one rule, as it is drawn. */
export interface SanityDrawing {
  readonly rule: string;
  /** Null if the projection is zero everywhere. */
  readonly drawn: Picture | null;
  /** How alike it is to what it is compared with; null if one of the two is zero everywhere. */
  readonly likeness: Likeness | null;
}

/** For each rule, how alike two projections are that have little in common; null if one is zero everywhere. */
export type SanityControl = Readonly<Record<string, Likeness | null>>;

/** What is checked, and what everything is compared with. */
export interface SanityHead {
  /** The picture's id. */
  readonly id: string;
  readonly layer: string;
  readonly featureMap: number;
  readonly position: readonly number[];
  /** The picture as the network sees it, and the part of it that the activation sees. */
  readonly picture: Picture;
  readonly box: Box;
  readonly rules: readonly string[];
  readonly seed: number;
  /** The seed of the control, and of the part about switches. */
  readonly otherSeed: number;
  /** How many layers can be random. */
  readonly layers: number;
  /** How many layers are random in each step, and the lowest of them. */
  readonly planned: readonly { readonly random: number; readonly downTo: string }[];
  /** Projections with random weights and random switches, compared with the real ones. */
  readonly control: readonly SanityDrawing[];
}

/** The projections from a network of which some layers are random; none in the first step. */
export interface SanityStep {
  readonly random: number;
  readonly projections: readonly SanityDrawing[];
}

/** The projections beside the edges of the picture, all without signs. */
export interface SanityEdges {
  readonly edges: Picture;
  readonly projections: readonly SanityDrawing[];
  /** The edges beside projections with random weights and random switches. */
  readonly control: SanityControl;
}

/** The projections of several classes. */
export interface SanityClasses {
  readonly layer: string;
  readonly classes: readonly ProjectedClass[];
  readonly projections: readonly (Omit<SanityDrawing, 'likeness'> & { readonly index: number })[];
  /** For each rule, the mean over pairs of classes, and how many pairs had nothing to compare. */
  readonly pairs: readonly { readonly rule: string; readonly likeness: Likeness | null; readonly empty: number }[];
  readonly control: SanityControl;
}

/** The projections with random weights, random switches, and both. */
export interface SanitySwitches {
  /** The layers that have switches. */
  readonly pools: readonly string[];
  readonly projections: readonly (SanityDrawing & { readonly random: RandomPart })[];
}

/** What has been found so far. What is null has not been found yet. */
export interface SanityView {
  /** When its check started: the study that runs has the same number. */
  readonly start: number;
  readonly head: SanityHead;
  readonly steps: readonly SanityStep[];
  readonly edges: SanityEdges | null;
  /** A sentence if the network has no classes whose projections could be compared. */
  readonly classes: SanityClasses | string | null;
  /** Comes last. */
  readonly switches: SanitySwitches | null;
}

/** A result that comes before the others. */
export type SanityNews = { readonly [Part in Exclude<keyof SanityView, 'start'>]?: NonNullable<SanityView[Part]> };

/** Is given each result as soon as it is there. The study goes on when it has been taken. */
export type OnSanityNews = (news: SanityNews) => void | Promise<void>;
