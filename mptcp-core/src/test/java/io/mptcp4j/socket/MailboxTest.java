package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class MailboxTest {
    private final ParkingPoller poller = new ParkingPoller();
    private final Mailbox mailbox = new Mailbox();

    MailboxTest() {
        mailbox.setPoller(poller);
    }

    @Test
    void aBellRungManyTimesIsAnsweredOnceWithAllItsBits() {
        RecordingBell bell = new RecordingBell();

        mailbox.ring(bell, 1);
        mailbox.ring(bell, 4);
        mailbox.ring(bell, 1);

        assertThat(mailbox.answerBells(0)).isEqualTo(1);
        assertThat(bell.rung).containsExactly(5);
        assertThat(mailbox.answerBells(0)).isZero();
    }

    @Test
    void aBellMayBeRungAgainWhileItIsAnswered() {
        RecordingBell bell = new RecordingBell();
        bell.onAnswer = () -> mailbox.ring(bell, 2);
        mailbox.ring(bell, 1);

        mailbox.answerBells(0);
        bell.onAnswer = () -> {};
        mailbox.answerBells(0);

        assertThat(bell.rung).containsExactly(1, 2);
    }

    @Test
    void aFailingBellDoesNotKeepOthersFromBeingAnswered() {
        RecordingBell failing = new RecordingBell();
        failing.onAnswer = () -> {
            throw new IllegalStateException("broken");
        };
        RecordingBell other = new RecordingBell();
        mailbox.ring(other, 1);
        mailbox.ring(failing, 1);

        mailbox.answerBells(0);

        assertThat(failing.failure).hasMessage("broken");
        assertThat(other.rung).containsExactly(1);
    }

    @Test
    void theLoopDoesNotGoToSleepOverWhatHasJustComeIn() {
        assertThat(mailbox.prepareToSleep()).isTrue();
        mailbox.awake();

        mailbox.ring(new RecordingBell(), 1);

        assertThat(mailbox.prepareToSleep()).isFalse();
    }

    @Test
    void aDevicesDoorbellKeepsTheLoopAwakeUntilItsNextTurn() {
        mailbox.ringDevice();
        assertThat(mailbox.prepareToSleep()).isFalse();

        mailbox.clearDeviceBell();

        assertThat(mailbox.prepareToSleep()).isTrue();
    }

    @Test
    void commandsAfterTheEndFail() {
        IllegalStateException end = new IllegalStateException("over");
        RecordingCommand before = new RecordingCommand();
        RecordingCommand after = new RecordingCommand();
        mailbox.post(before);

        mailbox.close(end);
        mailbox.post(after);

        assertThat(before.failure).isSameAs(end);
        assertThat(after.failure).isSameAs(end);
    }

    @Test
    void noWakeUpIsLostHoweverOftenTheLoopFallsAsleep() throws Exception {
        int ringers = 3;
        CountDownLatch done = new CountDownLatch(ringers);
        Thread loop = new Thread(() -> {
            while (done.getCount() > 0) {
                if (mailbox.runCommands(16, 0) == 0 && mailbox.prepareToSleep()) {
                    poller.await(Long.MAX_VALUE);
                    mailbox.awake();
                }
            }
        });
        loop.start();

        for (int i = 0; i < ringers; i++) {
            new Thread(() -> ringAndWait(done)).start();
        }

        assertThat(done.await(120, TimeUnit.SECONDS)).isTrue();
        loop.join();
    }

    /** Often, but not for ever where it takes long until a thread that was woken up runs: one that is lost is seen anyway. */
    private void ringAndWait(CountDownLatch done) {
        long begin = System.nanoTime();
        for (int i = 0; i < 20_000 && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(15); i++) {
            RecordingCommand command = new RecordingCommand();
            mailbox.post(command);
            command.awaitRun();
        }
        done.countDown();
        mailbox.post(new RecordingCommand());
    }

    private static final class RecordingBell extends Doorbell {
        final List<Integer> rung = new ArrayList<>();
        Runnable onAnswer = () -> {};
        Throwable failure;

        @Override
        void onRing(int bits, long nowNanos) {
            rung.add(bits);
            onAnswer.run();
        }

        @Override
        void onFailure(Throwable cause) {
            failure = cause;
        }
    }

    private static final class RecordingCommand implements Command {
        private final Waiter waiter = new Waiter();
        private volatile boolean run;
        Throwable failure;

        @Override
        public void run(long nowNanos) {
            run = true;
            waiter.wake();
        }

        @Override
        public void onFailure(Throwable cause) {
            failure = cause;
        }

        void awaitRun() {
            waiter.enter();
            try {
                while (!run) {
                    waiter.await(Long.MAX_VALUE);
                }
            } catch (java.io.InterruptedIOException e) {
                throw new AssertionError(e);
            } finally {
                waiter.leave();
            }
        }
    }
}
