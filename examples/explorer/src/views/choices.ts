import { byId, element } from '../element';

/**
 * Fills a fieldset with radio buttons that look like one control.
 *
 * @returns shows which one is chosen; null for none of them
 */
export function choices<Value extends string>(
  id: string,
  names: Readonly<Record<Value, string>>,
  onChoice: (value: Value) => void,
): (value: Value | null) => void {
  const fieldset = byId(id, HTMLFieldSetElement);
  const radios = (Object.keys(names) as Value[]).map((value) => {
    const radio = element('input', { type: 'radio', name: id, value });
    radio.addEventListener('change', () => onChoice(value));
    fieldset.append(element('label', {}, radio, element('span', {}, names[value])));
    return radio;
  });
  return (value) => {
    for (const radio of radios) radio.checked = radio.value === value;
  };
}
