//! Somebody who left is forgotten: their name and address, not what they did.

use seatkeeper_domain::token::Role;

use crate::world::World;

#[tokio::test]
async fn somebody_who_left_is_forgotten() {
    let world = World::new().await;
    let mut owner = world.newcomer("olga@alpha.example", Role::Owner, Some(world.alpha)).await;
    let lena = world.account("lena@alpha.example", Role::Admin, Some(world.alpha)).await;
    let one = format!("/people/{lena}");
    let sure = [("sure", "yes")];
    owner.post(&format!("{one}/erase"), &sure).await.is(409);
    owner.get("/people").await.shows(&["lena@alpha.example"]);
    owner.post(&one, &[("disabled", "yes")]).await.leads_to(&one);
    owner.get(&one).await.shows(&["Erase name and mail address"]);
    owner.post(&format!("{one}/erase"), &sure).await.leads_to(&one);
    for path in ["/people", &one] {
        let page = owner.get(path).await;
        page.shows(&["Erased"]);
        assert!(!page.text.contains("lena@"), "{}", page.text);
    }
    owner.get("/activity").await.shows(&["The name and address of an account were erased"]);
    let account = world.service.person(&world.service.owner(), lena).await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.password.is_some(), account.email.contains("lena")),
        ("Erased", false, false)
    );
    // What is erased is not let in again, and the address is free for whoever has it next.
    owner.post(&one, &[("disabled", "no")]).await.again(&["Invite somebody anew"]);
    let invited = [("email", "lena@alpha.example"), ("name", "Lena Berg"), ("role", "viewer")];
    assert_eq!(owner.post("/people/invite", &invited).await.status, 303);
    owner.post(&format!("{one}/erase"), &sure).await.leads_to(&one);
}
