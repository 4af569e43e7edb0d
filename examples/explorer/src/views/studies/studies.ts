import type { Studies } from '../../actions/studies';
import { byId } from '../../element';
import type { StudyName } from '../../protocol-studies';
import type { View } from '../../store';
import type { RunningState } from '../../studies-state';
import { choices } from '../choices';

const NAMES: Readonly<Record<StudyName, string>> = {
  evolution: 'Evolution',
  occlusion: 'Occlusion',
  invariance: 'Invariance',
  correspondence: 'Correspondence',
  sanity: 'Sanity',
  ablation: 'Ablation',
};

/** For how long a study has to run before the page says how long it will take, in milliseconds. */
const PATIENCE = 1500;

/** The choice of a study, and how far the one that runs has come. */
export function showStudies(studies: Studies): View {
  const run = byId('study-run', HTMLElement);
  const progress = byId('study-progress', HTMLProgressElement);
  const left = byId('study-left', HTMLElement);
  const stop = byId('stop-study', HTMLButtonElement);
  const panels = Object.keys(NAMES).map((name) => byId(name, HTMLElement));
  const choose = choices('study', NAMES, (study) => studies.choose(study));
  stop.addEventListener('click', () => void studies.stop());
  return ({ study, studying }, before) => {
    choose(study);
    for (const panel of panels) panel.hidden = panel.id !== study;
    run.hidden = studying === null;
    if (studying) {
      progress.max = studying.progress?.total ?? 1;
      progress.value = studying.progress?.done ?? 0;
      left.textContent = describe(studying);
      // It lies below the settings of its study. To move it there again would take its focus.
      const form = byId(`${studying.study}-form`, HTMLElement);
      if (form.nextElementSibling !== run) form.after(run);
    }
    // The button that started the study cannot be pressed while it runs: what stops it takes the focus.
    if (studying && !before.studying && document.activeElement === startOf(studying.study)) stop.focus();
    if (!studying && before.studying && document.activeElement === stop) {
      const start = startOf(before.studying.study);
      // The view of the study, which is drawn after this one, lets the button be pressed again.
      queueMicrotask(() => start.focus());
    }
    for (const name of Object.keys(NAMES)) startOf(name).ariaBusy = String(studying?.study === name);
  };
}

/** The button that starts a study. */
function startOf(study: string): HTMLButtonElement {
  return byId(`${study}-form`, HTMLElement).querySelector<HTMLButtonElement>('button.primary')!;
}

function describe({ progress, start }: RunningState): string {
  const { done = 0, total = 0 } = progress ?? {};
  const spent = performance.now() - start;
  if (done === 0 || spent < PATIENCE) return 'The study runs.';
  const seconds = Math.ceil(((spent / done) * (total - done)) / 1000);
  const time =
    seconds > 90 ? `${Math.round(seconds / 60)} minutes` : `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return `${Math.round((100 * done) / total)} %, about ${time} left.`;
}
