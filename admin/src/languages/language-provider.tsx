import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { speakLanguage } from '../api/client.ts';
import type { Language } from '../api/types.ts';
import { bg } from './bg.ts';
import { type Dictionary, en } from './en.ts';
import { createFormats, type Formats } from './formats.ts';

interface Spoken {
  language: Language;
  t: Dictionary;
  format: Formats;
  /** Changes the language of the screen; saving it to the staff member's record is the caller's job. */
  speak(language: Language): void;
}

const dictionaries: Record<Language, Dictionary> = { bg, en };
const LanguageContext = createContext<Spoken | undefined>(undefined);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, speak] = useState<Language>(firstLanguage);
  // Before any request of this render is sent, not after the paint.
  speakLanguage(language);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(rememberedAs, language);
  }, [language]);
  const spoken = useMemo(() => ({ language, t: dictionaries[language], format: createFormats(language), speak }), [language]);

  return <LanguageContext value={spoken}>{children}</LanguageContext>;
}

export function useLanguage(): Spoken {
  const spoken = useContext(LanguageContext);
  if (!spoken) throw new Error('LanguageProvider is missing above this component');

  return spoken;
}

export const useTexts = () => useLanguage().t;

const rememberedAs = 'saglasie.language';

function firstLanguage(): Language {
  const remembered = localStorage.getItem(rememberedAs);
  if (remembered === 'bg' || remembered === 'en') return remembered;

  return navigator.languages.some((wanted) => wanted.toLowerCase().startsWith('bg')) ? 'bg' : 'en';
}
