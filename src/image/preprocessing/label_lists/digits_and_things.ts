/** The classes of small data sets, in the order in which networks trained on them have them. They are those of the data sets' authors. */

/** MNIST: http://yann.lecun.com/exdb/mnist/ */
export const MNIST: readonly string[] = '0 1 2 3 4 5 6 7 8 9'.split(' ');

/** Fashion-MNIST: https://github.com/zalandoresearch/fashion-mnist#labels */
export const FASHION_MNIST: readonly string[] = 'T-shirt/top,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot'.split(',');

/** CIFAR-10 and, by their fine labels, CIFAR-100: https://www.cs.toronto.edu/~kriz/cifar.html */
export const CIFAR_10: readonly string[] = 'airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck'.split(',');
export const CIFAR_100: readonly string[] =
  'apple,aquarium fish,baby,bear,beaver,bed,bee,beetle,bicycle,bottle,bowl,boy,bridge,bus,butterfly,camel,can,castle,caterpillar,cattle,chair,chimpanzee,clock,cloud,cockroach,couch,crab,crocodile,cup,dinosaur,dolphin,elephant,flatfish,forest,fox,girl,hamster,house,kangaroo,keyboard,lamp,lawn mower,leopard,lion,lizard,lobster,man,maple tree,motorcycle,mountain,mouse,mushroom,oak tree,orange,orchid,otter,palm tree,pear,pickup truck,pine tree,plain,plate,poppy,porcupine,possum,rabbit,raccoon,ray,road,rocket,rose,sea,seal,shark,shrew,skunk,skyscraper,snail,snake,spider,squirrel,streetcar,sunflower,sweet pepper,table,tank,telephone,television,tiger,tractor,train,trout,tulip,turtle,wardrobe,whale,willow tree,wolf,woman,worm'.split(
    ',',
  );
