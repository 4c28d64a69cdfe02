package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SortedListTest {
    private static final int STEPS_A_SEARCH = 80;

    private static final class Range extends SortedNode<Range> {
        private final int seq;
        private final int length;
        private int marks;

        Range(int seq, int length, int marks) {
            this.seq = seq;
            this.length = length;
            this.marks = marks;
        }

        int end() {
            return seq + length;
        }

        @Override
        protected boolean endsAfter(long number) {
            return end() - (int) number > 0;
        }

        @Override
        protected int marks() {
            return marks;
        }
    }

    @Test
    void agreesWithAModelWhateverIsDone() {
        for (int seed = 0; seed < 300; seed++) {
            new Model(seed).run();
        }
    }

    @Test
    void whatIsNeverSearchedCostsNothing() {
        SortedList<Range> list = new SortedList<>();
        for (int i = 0; i < 10_000; i++) {
            list.insertAfter(list.tail(), new Range(i, 1, 1));
            list.refresh(list.tail());
            if (i > 1_000) {
                list.remove(list.head());
            }
        }

        assertThat(list.steps()).isZero();
    }

    @Test
    void aQueueThatIsIndexedCostsAFewStepsAMember() {
        SortedList<Range> list = new SortedList<>();
        int members = 100_000;
        for (int i = 0; i < members; i++) {
            list.insertAfter(list.tail(), new Range(i, 1, 1));
            if (i == 5_000) {
                list.find(2_500);
            }
            if (i > 10_000) {
                list.remove(list.head());
            }
        }

        assertThat(list.steps()).isLessThan(8L * members);
    }

    @Test
    void anIndexThatComesAndGoesIsBuiltOnceForEachMember() {
        SortedList<Range> list = new SortedList<>();
        for (int i = 0; i < 10_000; i++) {
            list.insertAfter(list.tail(), new Range(i, 1, 1));
        }
        long before = list.steps();
        for (int i = 0; i < 5_000; i++) {
            list.find(9_000 - i % 2 * 1_000);
            list.remove(list.head());
            list.relax();
        }

        assertThat(list.steps() - before).isLessThan(10_000L * 8 + 5_000L * STEPS_A_SEARCH);
    }

    /** A list beside one of the library's. */
    private static final class Model {
        private final Random random;
        private final SortedList<Range> list = new SortedList<>();
        private final List<Range> model = new ArrayList<>();
        private final int base;
        private int end;

        Model(int seed) {
            random = new Random(seed);
            base = random.nextInt();
        }

        void run() {
            int most = 1 + random.nextInt(200);
            for (int i = 0; i < 600; i++) {
                change(most);
                search();
                if (i % 20 == 0) {
                    checkTree();
                }
            }
            while (!model.isEmpty()) {
                remove(random.nextInt(model.size()));
            }
            assertThat(list.head()).isNull();
            assertThat(list.tail()).isNull();
        }

        private void change(int most) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> {
                    if (model.size() < most) {
                        Range range = new Range(base + end, 2 + random.nextInt(50), random.nextInt(4));
                        end += range.length + random.nextInt(2) * 7;
                        insert(model.size(), range);
                    }
                }
                case 3 -> {
                    if (!model.isEmpty()) {
                        int at = random.nextInt(model.size());
                        Range first = model.get(at);
                        if (first.length > 1) {
                            remove(at);
                            int half = first.length / 2;
                            insert(at, new Range(first.seq + half, first.length - half, random.nextInt(4)));
                            insert(at, new Range(first.seq, half, random.nextInt(4)));
                        }
                    }
                }
                case 4 -> {
                    if (!model.isEmpty()) {
                        remove(random.nextInt(3) == 0 ? random.nextInt(model.size()) : 0);
                        list.relax();
                    }
                }
                default -> {
                    if (!model.isEmpty()) {
                        Range range = model.get(random.nextInt(model.size()));
                        range.marks = random.nextInt(4);
                        list.refresh(range);
                    }
                }
            }
        }

        private void insert(int at, Range range) {
            list.insertAfter(at == 0 ? null : model.get(at - 1), range);
            model.add(at, range);
        }

        private void remove(int at) {
            list.remove(model.remove(at));
        }

        private void search() {
            assertThat(list.count()).isEqualTo(model.size());
            if (random.nextInt(4) > 0) {
                return;
            }
            int number = base + end - random.nextInt(Math.max(1, 40 * (1 + model.size())));
            long before = list.steps();
            boolean isBuilt = random.nextBoolean();
            Range found = isBuilt ? list.find(number) : null;
            if (isBuilt) {
                assertThat(found)
                        .isSameAs(model.stream()
                                .filter(range -> range.end() - number > 0)
                                .findFirst()
                                .orElse(null));
            }
            int mark = 1 + random.nextInt(2);
            assertThat(list.first(mark)).isSameAs(next(0, mark));
            assertThat(list.last(mark)).isSameAs(last(mark));
            if (!model.isEmpty()) {
                int at = random.nextInt(model.size());
                assertThat(list.next(model.get(at), mark)).isSameAs(next(at, mark));
            }
            assertThat(list.steps() - before).isLessThan(4 * STEPS_A_SEARCH + 8L * model.size());
        }

        private Range next(int from, int mark) {
            for (int i = from; i < model.size(); i++) {
                if ((model.get(i).marks & mark) != 0) {
                    return model.get(i);
                }
            }
            return null;
        }

        private Range last(int mark) {
            for (int i = model.size() - 1; i >= 0; i--) {
                if ((model.get(i).marks & mark) != 0) {
                    return model.get(i);
                }
            }
            return null;
        }

        /** Whoever is searched for is found in the steps that a balanced tree takes. */
        private void checkTree() {
            list.first(1);
            for (int i = 0; i < model.size(); i++) {
                assertThat(i == 0 ? list.head() : model.get(i - 1).next).isSameAs(model.get(i));
                list.expect(null);
                long before = list.steps();
                assertThat(list.find(model.get(i).seq)).isSameAs(model.get(i));
                // A tree of so many is no higher than 1.44 times the logarithm of their number.
                int most = model.size() <= 16 ? 17 : (int) (1.45 * Math.log(model.size() + 2) / Math.log(2)) + 1;
                assertThat(list.steps() - before).isLessThanOrEqualTo(most);
            }
        }
    }
}
