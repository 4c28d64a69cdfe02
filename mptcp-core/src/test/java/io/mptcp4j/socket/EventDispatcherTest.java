package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionEvent;
import io.mptcp4j.mptcp.ConnectionEvent.Closed;
import io.mptcp4j.mptcp.ConnectionEvent.Created;
import io.mptcp4j.mptcp.ConnectionEvent.SubflowEstablished;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class EventDispatcherTest {
    private final BlockingQueue<ConnectionEvent> heard = new LinkedBlockingQueue<>();

    @Test
    void aListenerHearsOfAConnectionOffTheLoop() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
            world.client.addListener(event -> {
                threads.add(Thread.currentThread());
                heard.add(event);
            });
            try (ConnectedPair pair = ConnectedPair.open(world)) {
                pair.clientOut().write(1);
                pair.serverIn().read();
                pair.serverOut().write(1);
                pair.clientIn().read();

                Created created = next(Created.class);
                assertThat(created.connectionId())
                        .isEqualTo(MptcpStack.info(pair.client).id());
                assertThat(next(SubflowEstablished.class).connectionId()).isEqualTo(created.connectionId());
                assertThat(threads.take().getName()).isEqualTo("client-stack-events");
            }
            assertThat(next(Closed.class).cause()).isEqualTo(CloseCause.NORMAL);
        }
    }

    @Test
    void aListenerThatThrowsIsToldOfLaterEvents() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            world.client.addListener(event -> {
                heard.add(event);
                throw new IllegalStateException("a listener's fault");
            });
            ConnectedPair.open(world).close();

            next(Created.class);
            next(Closed.class);
            assertThat(world.client.faults()).isZero();
        }
    }

    @Test
    void aListenerThatSleepsLosesEventsAndStopsNothing() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            CountDownLatch awake = new CountDownLatch(1);
            world.client.addListener(event -> {
                try {
                    awake.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                heard.add(event);
            });
            // Enough for the dispatcher's queue: each event is given to it as the loop would.
            world.client.loop().call(now -> {
                for (int i = 0; i < EventDispatcher.MAXIMUM_WAITING + 100; i++) {
                    world.client.dispatcher().onEvent(new Closed(i, CloseCause.NORMAL));
                }
                return null;
            });
            try (ConnectedPair pair = ConnectedPair.open(world)) {
                pair.clientOut().write(1);
                assertThat(pair.serverIn().read()).isEqualTo(1);
            }

            assertThat(world.client.counters().get(Counter.EVENTS_LOST)).isGreaterThanOrEqualTo(99);
            awake.countDown();
            assertThat(next(Closed.class).connectionId()).isZero();
        }
    }

    @Test
    void aListenerMayGo() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            ConnectionListener gone = heard::add;
            BlockingQueue<ConnectionEvent> other = new LinkedBlockingQueue<>();
            world.client.addListener(gone);
            world.client.addListener(other::add);
            world.client.removeListener(gone);
            ConnectedPair.open(world).close();

            assertThat(other.take()).isInstanceOf(Created.class);
            assertThat(heard).isEmpty();
        }
    }

    private <T extends ConnectionEvent> T next(Class<T> kind) throws InterruptedException {
        while (true) {
            ConnectionEvent event = heard.take();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }
}
