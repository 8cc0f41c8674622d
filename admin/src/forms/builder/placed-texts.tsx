import type { Texts } from '../../api/types.ts';
import { TextsFields } from '../../ui/texts-fields.tsx';
import { useTextFindings } from './finding-notes.tsx';

interface PlacedTextsProps {
  label: string;
  /** Its path in the definition, under which findings name it. */
  place: string;
  value: Texts;
  onChange: (value: Texts) => void;
  maxLength: number;
  long?: boolean;
}

/** One text of the form in both languages, with what the linter says of each under it. */
export function PlacedTexts({ label, place, value, onChange, maxLength, long = false }: PlacedTextsProps) {
  const { error, note } = useTextFindings(place);

  return (
    <div data-place={place}>
      <TextsFields
        isPlain
        label={label}
        value={value}
        onChange={onChange}
        maxLength={maxLength}
        long={long}
        error={error}
        note={note}
      />
    </div>
  );
}
