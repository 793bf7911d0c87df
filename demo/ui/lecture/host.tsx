import { useEffect, useState } from 'preact/hooks';
import { lecture } from '../state/lecture.js';

type Lecture = typeof import('./lecture.js')['Lecture'];

/** The lecture, which is loaded when one is held. */
export function LectureHost() {
  const [loaded, setLoaded] = useState<{ readonly Lecture: Lecture } | null>(null);
  const place = lecture.value;
  const held = place !== null;
  useEffect(() => {
    if (held) void import('./lecture.js').then(({ Lecture }) => setLoaded({ Lecture }));
  }, [held]);
  return place === null || loaded === null ? null : <loaded.Lecture place={place} />;
}
