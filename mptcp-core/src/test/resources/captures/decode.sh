#!/bin/sh
# Writes what tshark reads in each capture of this folder beside it, one line a packet: the expected values of the golden tests.
# tshark 4.0 shows no DSS checksum: the tests sum up instead.
cd "$(dirname "$0")" || exit 1
FIELDS="frame.number frame.time_epoch ip.src ip.dst ip.id ip.len ip.ttl ip.proto ip.checksum ipv6.src ipv6.dst ipv6.plen
ipv6.hlim tcp.srcport tcp.dstport tcp.seq_raw tcp.ack_raw tcp.hdr_len tcp.flags tcp.window_size_value tcp.checksum
tcp.checksum.status tcp.urgent_pointer tcp.len tcp.options tcp.options.mss_val tcp.options.wscale.shift
tcp.options.timestamp.tsval tcp.options.timestamp.tsecr tcp.options.sack_le tcp.options.sack_re"
for field in subtype version flags backup.flag checksumreq.flags extensibility.flag nomoresubflows.flag sha1.flag \
    sha256.flag datafin.flag dseqn8.flag dseqnpresent.flag dataack8.flag dataackpresent.flag flag_U.flag flag_V.flag \
    flag_W.flag flag_T.flag rst_reason addrid sendkey recvkey recvtok sendrand sendtrunchmac sendhmac addaddrtrunchmac \
    rawdataack rawdataseqno subflowseqno datalvllen ipver echo ipv4 ipv6 port; do
    FIELDS="$FIELDS tcp.options.mptcp.$field"
done
FIELDS="$FIELDS mptcp.expected_token mptcp.expected_idsn"
ARGUMENTS=""
for field in $FIELDS; do
    ARGUMENTS="$ARGUMENTS -e $field"
done
for capture in *.pcap; do
    # shellcheck disable=SC2086
    tshark -r "$capture" -o tcp.relative_sequence_numbers:FALSE -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
        -o tcp.analyze_sequence_numbers:FALSE \
        -T fields -E header=y -E separator=/t $ARGUMENTS > "${capture%.pcap}.tsv"
done
