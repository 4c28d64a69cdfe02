package io.mptcp4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkProfileTest {
    @Test
    void aWitherChangesOnePartAndKeepsTheOthers() {
        LinkProfile profile = LinkProfile.IDEAL
                .withRate(30_000_000)
                .withDelay(Duration.ofMillis(20))
                .withLoss(0.01)
                .withQueueOctets(64_000)
                .withQueuePackets(50)
                .withReordering(0.02, Duration.ofMillis(3))
                .withDuplication(0.03)
                .withMtu(1400)
                .withMarking(9_000);

        assertThat(profile)
                .isEqualTo(new LinkProfile(
                        30_000_000,
                        Duration.ofMillis(20),
                        0.01,
                        64_000,
                        50,
                        0.02,
                        Duration.ofMillis(3),
                        0.03,
                        1400,
                        9_000));
    }

    @Test
    void refusesWhatNoLinkCanBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withRate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withDelay(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withLoss(1.01));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withLoss(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withQueueOctets(0));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withQueuePackets(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkProfile.IDEAL.withReordering(-0.1, Duration.ofMillis(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withDuplication(2));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withMtu(575));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withMtu(65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkProfile.IDEAL.withMarking(0));
    }
}
