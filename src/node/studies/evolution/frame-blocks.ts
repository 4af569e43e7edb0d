import { shortNumber } from '../../../plots/short-number.js';
import { escapeHtml } from '../../gallery/escape.js';
import { figure, type Html, image, table } from '../kit/study-page.js';
import type { FollowedMap, ShownFrame } from './follow-frames.js';

/** Tiles of at least this length on the page, in pixels, show the pixels of a smaller part as squares. */
const CRISP = 160;

/** The projections of some feature maps, and the patches that they come from: a row for each map, a column for each checkpoint. */
export function frameBlocks(maps: readonly FollowedMap[]): Html {
  const columns = ['map', ...maps[0]!.frames.map(({ checkpoint }) => checkpoint)];
  const block = (what: 'projection' | 'patch', caption: string): Html =>
    table(
      columns,
      maps.map(({ featureMap, frames }) => [String(featureMap), ...frames.map((frame) => tile(frame, what))]),
      caption,
    );
  return `<div class="blocks" style="--columns:${columns.length - 1}">
${block('projection', 'Projections and activations')}
${block('patch', 'Patches')}
</div>`;
}

function tile(frame: ShownFrame, what: 'projection' | 'patch'): Html {
  const { strongest, layer, featureMap, checkpoint } = frame;
  if (!strongest) {
    const words = `Feature map ${featureMap} of ${layer} fires on no picture at ${checkpoint}`;
    return `<div class="frame" title="${escapeHtml(words)}">${figure('<span class="silent">–</span>', 'silent')}</div>`;
  }
  const { id, label, activation, jumped } = strongest;
  const caption = what === 'projection' ? shortNumber(activation) : (label ?? id);
  const words = `${checkpoint}, feature map ${featureMap} of ${layer}: ${id}, activation ${shortNumber(activation)}${strongest.empty ? ', the projection is zero everywhere' : ''}${jumped ? '; another picture than before' : ''}`;
  return `<div class="frame${jumped ? ' jumped' : ''}" title="${escapeHtml(words)}">${figure(clip(frame, what, words), caption)}</div>`;
}

/** The part of a picture that a tile shows. Its place is in shares of the tile, whose size depends on the window. */
function clip({ strongest, shown }: ShownFrame, what: 'projection' | 'patch', words: string): Html {
  const { window } = strongest!;
  const [height, width] = shown!.size as [number, number];
  const [top, left] = shown!.start.map((start, axis) => start - window.start[axis]!) as [number, number];
  const side = Math.max(height, width);
  const share = (part: number, whole: number): string => String(Number((part / whole).toFixed(5)));
  const place = [
    `--across:${share(width, side)};--down:${share(height, side)}`,
    `--top:${share(top, height)};--left:${share(left, width)}`,
    `--wide:${share(window.size[1]!, width)};--high:${share(window.size[0]!, height)}`,
  ].join(';');
  const alt = what === 'projection' ? `Projection: ${words}` : `Patch: ${words}`;
  const picture = image({
    ...{ file: strongest![what], alt, crisp: side < CRISP },
    ...{ width: window.size[1]!, height: window.size[0]! },
  });
  return `<span class="clip" style="${place}">${picture}</span>`;
}
