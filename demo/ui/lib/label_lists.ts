/** Names of classes in the order in which the networks of these data sets have them. */
export const LABEL_LISTS = {
  mnist: '0 1 2 3 4 5 6 7 8 9'.split(' '),
  'fashion-mnist': 'T-shirt/top,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot'.split(','),
  'cifar-10': 'airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck'.split(','),
  'cifar-100':
    'apple,aquarium fish,baby,bear,beaver,bed,bee,beetle,bicycle,bottle,bowl,boy,bridge,bus,butterfly,camel,can,castle,caterpillar,cattle,chair,chimpanzee,clock,cloud,cockroach,couch,crab,crocodile,cup,dinosaur,dolphin,elephant,flatfish,forest,fox,girl,hamster,house,kangaroo,keyboard,lamp,lawn mower,leopard,lion,lizard,lobster,man,maple tree,motorcycle,mountain,mouse,mushroom,oak tree,orange,orchid,otter,palm tree,pear,pickup truck,pine tree,plain,plate,poppy,porcupine,possum,rabbit,raccoon,ray,road,rocket,rose,sea,seal,shark,shrew,skunk,skyscraper,snail,snake,spider,squirrel,streetcar,sunflower,sweet pepper,table,tank,telephone,television,tiger,tractor,train,trout,tulip,turtle,wardrobe,whale,willow tree,wolf,woman,worm'.split(
      ',',
    ),
} as const satisfies Record<string, readonly string[]>;

export type LabelList = keyof typeof LABEL_LISTS;

/** The lists that fit a network with this many classes. */
export function listsFor(classes: number): LabelList[] {
  return (Object.keys(LABEL_LISTS) as LabelList[]).filter((name) => LABEL_LISTS[name].length === classes);
}
