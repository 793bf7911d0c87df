import { useEffect, useState } from 'preact/hooks';

type Gallery = typeof import('./scene_gallery.js')['SceneGallery'];

/** The rendered pictures, which are loaded when they are to be seen. */
export function ScenesHost() {
  const [loaded, setLoaded] = useState<{ readonly SceneGallery: Gallery } | null>(null);
  useEffect(() => {
    void import('./scene_gallery.js').then(({ SceneGallery }) => setLoaded({ SceneGallery }));
  }, []);
  return loaded === null ? null : <loaded.SceneGallery />;
}
